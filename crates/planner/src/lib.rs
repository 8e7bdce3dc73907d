//! The built-in assistant: rules in place of a model.
