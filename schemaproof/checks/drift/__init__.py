"""The models against the migrations."""
