"""Mapping files: ours and users', with the file and line of whatever is wrong in them."""
