"""The service's hands: what is to be done stands in SQL, a broker says where to look, the engine does it."""
