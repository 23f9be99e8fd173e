"""What the log proves: integrity, and that every tracked row is what its entries say."""
