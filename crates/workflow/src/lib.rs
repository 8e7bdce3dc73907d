//! Actions on a definition: validate, apply, compare, describe.
