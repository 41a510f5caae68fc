"""Values of a business that sells nothing: counted in uses, each step of them, without any title."""
