//! The wire formats of the model providers.
