//! API keys in the operating system's keychain.
