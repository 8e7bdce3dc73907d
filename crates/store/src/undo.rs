//! Undo and redo, computed from the log of versions: pure, nothing is stored besides the versions themselves.
//!
//! Undoing writes a new version with old content, so the log says everything: replaying it gives both stacks, after a
//! restart as well as before.

/// What one version did, as far as undo is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// New content, from whomever: an edit, the assistant, an import or a restored version.
    Edit,
    /// One step back, to the content of that version.
    Undo(u32),
    /// One step forward again, to the content of that version.
    Redo(u32),
}

/// Where undo and redo lead, by the number of the version that first had the content.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Stacks {
    /// Last is next.
    undo: Vec<u32>,
    /// Last is next.
    redo: Vec<u32>,
    /// The version that first had the content of now; absent before the first version.
    current: Option<u32>,
}

impl Stacks {
    /// Replays a log, oldest first.
    pub(crate) fn replay(log: impl IntoIterator<Item = (u32, Step)>) -> Self {
        let mut stacks = Self::default();
        for (version_number, step) in log {
            stacks.push(version_number, step);
        }
        stacks
    }

    fn push(&mut self, version_number: u32, step: Step) {
        match step {
            Step::Edit => {
                self.undo.extend(self.current);
                self.redo.clear();
                self.current = Some(version_number);
            }
            Step::Undo(to) => {
                self.undo.pop();
                self.redo.extend(self.current);
                self.current = Some(to);
            }
            Step::Redo(to) => {
                self.redo.pop();
                self.undo.extend(self.current);
                self.current = Some(to);
            }
        }
    }

    /// The version one step back.
    pub(crate) fn undo_target(&self) -> Option<u32> {
        self.undo.last().copied()
    }

    /// The version one step forward again.
    pub(crate) fn redo_target(&self) -> Option<u32> {
        self.redo.last().copied()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_edit_after_an_undo_clears_redo() {
        let log = [(1, Step::Edit), (2, Step::Edit), (3, Step::Undo(1)), (4, Step::Edit)];
        let stacks = Stacks::replay(log);
        assert_eq!((stacks.undo_target(), stacks.redo_target()), (Some(1), None));
    }

    #[test]
    fn the_first_version_cannot_be_undone() {
        assert_eq!(Stacks::replay([(1, Step::Edit)]).undo_target(), None);
        assert_eq!(Stacks::replay([]), Stacks::default());
    }

    #[derive(Debug, Clone, Copy)]
    enum Wish {
        Edit,
        Undo,
        Redo,
    }

    proptest! {
        /// The naive model keeps every content in a list with a cursor, as a text editor does.
        #[test]
        fn replaying_agrees_with_a_list_and_a_cursor(
            wishes in prop::collection::vec(prop_oneof![Just(Wish::Edit), Just(Wish::Undo), Just(Wish::Redo)], 0..200)
        ) {
            let (mut contents, mut cursor) = (vec![1_u32], 0_usize);
            let mut log = vec![(1, Step::Edit)];
            for wish in wishes {
                let number = u32::try_from(log.len()).unwrap_or(u32::MAX) + 1;
                let stacks = Stacks::replay(log.iter().copied());
                let back = cursor.checked_sub(1).map(|at| contents[at]);
                prop_assert_eq!(stacks.undo_target(), back);
                prop_assert_eq!(stacks.redo_target(), contents.get(cursor + 1).copied());
                match wish {
                    Wish::Edit => {
                        contents.truncate(cursor + 1);
                        contents.push(number);
                        cursor += 1;
                        log.push((number, Step::Edit));
                    }
                    Wish::Undo => if let Some(to) = back {
                        cursor -= 1;
                        log.push((number, Step::Undo(to)));
                    }
                    Wish::Redo => if let Some(&to) = contents.get(cursor + 1) {
                        cursor += 1;
                        log.push((number, Step::Redo(to)));
                    }
                }
            }
        }
    }
}
