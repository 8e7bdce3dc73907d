//! Credentials of workflows: sealed on disk, opened for the one request they are used in.
