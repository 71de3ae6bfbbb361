"""An untimed script placed on its recording."""
