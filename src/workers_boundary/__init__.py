"""What only Workers need, behind `entry.py`: JavaScript's functions, calls that stay promises, WebCrypto, the settings in `env`."""
