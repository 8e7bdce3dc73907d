//! Merge: the items of several branches together.

use bridge_domain::{Item, ItemRef, Outcome, Step, StepFailure};

use super::join::{self, Rows, SameName};
use super::node::Running;
use crate::failure::limit;
use crate::inputs::shared_parameters;
use crate::parameters::Parameters;

/// Rows that combining may give at most: more would fill the memory before a cap of the run is reached.
pub const MAX_ROWS: usize = 1_000_000;

/// How branches are brought together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Append,
    ByPosition,
    ByField,
    AllCombinations,
    First,
}

/// Words for [`Mode`].
const MODES: &[(&str, Mode)] = &[
    ("append", Mode::Append),
    ("by_position", Mode::ByPosition),
    ("by_field", Mode::ByField),
    ("all_combinations", Mode::AllCombinations),
    ("first", Mode::First),
];

/// Brings the branches together.
pub fn combine(step: &mut dyn Step) -> Running<'_> {
    Box::pin(async move {
        let config = shared_parameters(step, None).await?;
        let parameters = Parameters::new(&config);
        let mode = parameters.choice("mode", MODES)?.unwrap_or(Mode::Append);
        if matches!(mode, Mode::Append | Mode::First) {
            return pass_on(step, mode == Mode::First).await;
        }
        let branches = Branches::read(step).await?;
        let rows = match mode {
            Mode::ByPosition => by_position(&branches, parameters.boolean("keep_unpaired")?.unwrap_or(false)),
            Mode::ByField => join::by_field(&branches, &parameters)?,
            _ => all_combinations(&branches)?,
        };
        let same_name = parameters.choice("same_name", join::SAME_NAME)?.unwrap_or(SameName::Last);
        for (done, row) in rows.iter().enumerate() {
            let (item, from) = join::combined(&branches, row, same_name);
            step.put(0, item, &from)?;
            if done % 1_000 == 0 {
                step.progress(u32::try_from(done).unwrap_or(u32::MAX));
            }
        }
        Ok(Outcome::Done)
    })
}

/// All items of all branches as they come, or those of the first branch that has any.
async fn pass_on(step: &mut dyn Step, first_only: bool) -> Result<Outcome, StepFailure> {
    for input in 0..step.inputs() {
        let mut any = false;
        while let Some(batch) = step.next(input).await? {
            let places: Vec<_> = (0..batch.items.len()).map(|position| batch.place(position)).collect();
            for (item, place) in batch.items.into_iter().zip(places) {
                step.put(0, item, &[place])?;
                any = true;
                if step.info().execute_once {
                    return Ok(Outcome::Done);
                }
            }
        }
        if any && first_only {
            break;
        }
    }
    Ok(Outcome::Done)
}

/// All items of all branches, in memory.
pub struct Branches {
    /// For each branch its items with their places.
    items: Vec<Vec<(ItemRef, Item)>>,
}

impl Branches {
    async fn read(step: &mut dyn Step) -> Result<Self, StepFailure> {
        let mut items = Vec::with_capacity(step.inputs());
        for input in 0..step.inputs() {
            let mut branch = Vec::new();
            while let Some(batch) = step.next(input).await? {
                let places: Vec<_> = (0..batch.items.len()).map(|position| batch.place(position)).collect();
                branch.extend(places.into_iter().zip(batch.items));
            }
            if step.info().execute_once {
                branch.truncate(1);
            }
            items.push(branch);
        }
        Ok(Self { items })
    }

    /// The branches.
    pub fn all(&self) -> &[Vec<(ItemRef, Item)>] {
        &self.items
    }

    /// One item with its place.
    pub fn get(&self, (branch, position): (usize, usize)) -> Option<&(ItemRef, Item)> {
        self.items.get(branch)?.get(position)
    }
}

/// First with first, second with second. An item of a longer branch is dropped, or stays alone.
fn by_position(branches: &Branches, keep_unpaired: bool) -> Rows {
    let lengths = branches.all().iter().map(Vec::len);
    let length = if keep_unpaired { lengths.max() } else { lengths.min() }.unwrap_or(0);
    let row = |position| {
        let has = |branch: &usize| branches.get((*branch, position)).is_some();
        (0..branches.all().len()).filter(has).map(|branch| (branch, position)).collect()
    };
    (0..length).map(row).collect()
}

/// Every item of a branch with every item of the others.
fn all_combinations(branches: &Branches) -> Result<Rows, StepFailure> {
    let lengths = branches.all().iter().map(Vec::len);
    let total = lengths.clone().try_fold(1_usize, usize::checked_mul).filter(|total| *total <= MAX_ROWS);
    if branches.all().is_empty() || lengths.clone().any(|length| length == 0) {
        return Ok(Vec::new());
    }
    if total.is_none() {
        let lengths: Vec<String> = lengths.map(|length| length.to_string()).collect();
        return Err(too_many(&format!("All combinations of {} items", lengths.join(" × "))));
    }
    let mut rows: Rows = vec![Vec::new()];
    for (branch, items) in branches.all().iter().enumerate() {
        let longer = rows.iter().flat_map(|row| {
            (0..items.len()).map(move |position| row.iter().copied().chain([(branch, position)]).collect())
        });
        rows = longer.collect();
    }
    Ok(rows)
}

/// That combining gives too much.
pub fn too_many(what: &str) -> StepFailure {
    limit(
        format!("{what} would be more than {MAX_ROWS} items."),
        "Filter the branches before the merge, or match by a field that fewer items share.",
    )
}
