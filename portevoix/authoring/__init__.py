"""What people write: job, recipe, brand kit, account, placement, language, each a model read from YAML."""
