//! One turn: context, prompt, stream, actions, validation, repair, record.
