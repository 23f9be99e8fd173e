"""The product's version, as CHANGELOG.md counts it."""

VERSION = "0.1.0"
