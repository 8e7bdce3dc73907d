//! n8n's format.
