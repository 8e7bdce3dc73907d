//! What starts runs.

use super::{Source, Target};

/// Started by hand, or by another workflow: in Bridge that is the same trigger.
pub(super) fn manual(source: &mut Source<'_>) -> Option<Target> {
    for declared in ["inputSource", "workflowInputs", "jsonExample", "events"] {
        source.value(declared);
    }
    Some(Target::new("manual", "start"))
}
