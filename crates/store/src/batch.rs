//! One transaction of the journal: the entries of many runs, in as few statements as they need.
//!
//! Entries are gathered into rounds. Within a round no row is written twice, so that the order of statements does not
//! matter; an entry that would, such as the second try of a step, begins the next round of the same transaction.

use std::collections::{HashMap, HashSet};

use bridge_domain::{Error, ErrorCode, Page, RunId, RunStatus, StepDecision, Timestamp, WorkflowId};
use sqlx::SqliteConnection;

use crate::{
    error::Attempt,
    journal::{Append, Line},
    pages,
    records::Record,
    rows::RowStatement,
    runs,
};

/// What has to be known of a run to write its rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    pub(crate) seq: i64,
    pub(crate) workflow: WorkflowId,
}

/// What was written of a run.
pub(crate) struct Written {
    pub(crate) id: RunId,
    pub(crate) known: Known,
    pub(crate) has_ended: bool,
    pub(crate) bytes: i64,
}

/// Writes the entries of a group inside the caller's transaction.
///
/// # Errors
/// `NotFound` for a run or workflow that does not exist; `Conflict` for what was recorded before.
pub(crate) async fn write(
    connection: &mut SqliteConnection,
    group: &[Append],
    known: &HashMap<RunId, Known>,
) -> Attempt<Vec<Written>> {
    let entries: Vec<_> = group.iter().map(|append| (append.run, append.lines.as_slice())).collect();
    write_lines(connection, &entries, known).await
}

/// [`write()`] for lines that did not come through the queue.
pub(crate) async fn write_lines(
    connection: &mut SqliteConnection,
    entries: &[(RunId, &[Line])],
    known: &HashMap<RunId, Known>,
) -> Attempt<Vec<Written>> {
    let mut known = find_unknown(connection, entries, known).await?;
    let mut next_seq = runs::newest_seq(connection).await? + 1;
    let mut written: HashMap<RunId, Written> = HashMap::new();
    let mut round = Round::default();
    for (id, lines) in entries {
        for line in *lines {
            if let Line::Accepted { workflow, .. } = line {
                if known.contains_key(id) {
                    return Err(recorded_before().into());
                }
                known.insert(*id, Known { seq: next_seq, workflow: *workflow });
                next_seq += 1;
            }
            let run = *known.get(id).ok_or_else(|| Error::not_found("This run"))?;
            if !round.takes(run.seq, line) {
                std::mem::take(&mut round).flush(connection, &mut written).await?;
            }
            round.add(*id, run, line);
        }
    }
    round.flush(connection, &mut written).await?;
    Ok(written.into_values().collect())
}

async fn find_unknown(
    connection: &mut SqliteConnection,
    entries: &[(RunId, &[Line])],
    known: &HashMap<RunId, Known>,
) -> Attempt<HashMap<RunId, Known>> {
    let mut found = HashMap::new();
    let mut seen = HashSet::new();
    for (id, lines) in entries {
        if !seen.insert(*id) {
            continue;
        }
        let is_new = matches!(lines.first(), Some(Line::Accepted { .. }));
        match known.get(id) {
            Some(known) => {
                found.insert(*id, *known);
            }
            // That a new run is there already is refused by its unique identifier.
            None if is_new => {}
            None => {
                found.insert(*id, runs::known(connection, *id).await?);
            }
        }
    }
    Ok(found)
}

fn recorded_before() -> Error {
    Error::new(ErrorCode::Conflict, "This step of the run was recorded before.", "Load the run and go on from there.")
}

/// Rows to be written, each at most once.
#[derive(Default)]
struct Round<'a> {
    runs: Vec<RunRow<'a>>,
    run_at: HashMap<i64, usize>,
    steps: Vec<StepRow<'a>>,
    step_at: HashMap<(i64, u32), usize>,
    /// Ends of steps that began in an earlier round or transaction.
    ends: Vec<EndRow<'a>>,
    timers: Vec<(i64, u32, Timestamp)>,
    decisions: Vec<(i64, u32, StepDecision)>,
    /// Steps with an entry that no other entry of the same step may follow.
    closed: HashSet<(i64, u32)>,
    pages: Vec<(usize, &'a Page)>,
}

struct RunRow<'a> {
    id: RunId,
    known: Known,
    accepted: Option<&'a Record>,
    state: Option<(RunStatus, &'a Record)>,
    page_bytes: i64,
    record_bytes: i64,
}

impl RunRow<'_> {
    fn has_ended(&self) -> bool {
        self.state.is_some_and(|(status, _)| runs::is_end(status))
    }
}

struct StepRow<'a> {
    run: i64,
    step: u32,
    attempt: u32,
    begun: &'a Record,
    end: Option<(Option<i64>, &'a Record)>,
}

struct EndRow<'a> {
    run: i64,
    step: u32,
    key_head: Option<i64>,
    record: &'a Record,
}

impl<'a> Round<'a> {
    /// Whether the line fits into this round.
    fn takes(&self, run: i64, line: &Line) -> bool {
        if self.run_at.get(&run).is_some_and(|&at| self.runs[at].has_ended()) {
            return false;
        }
        match line {
            Line::Accepted { .. } | Line::State { .. } => true,
            Line::Begun { step, .. } => {
                !self.step_at.contains_key(&(run, *step)) && !self.closed.contains(&(run, *step))
            }
            Line::Ended { step, .. } | Line::Timer { step, .. } | Line::Decided { step, .. } => {
                !self.closed.contains(&(run, *step))
            }
        }
    }

    fn add(&mut self, id: RunId, known: Known, line: &'a Line) {
        let run = known.seq;
        let at = *self.run_at.entry(run).or_insert_with(|| {
            self.runs.push(RunRow { id, known, accepted: None, state: None, page_bytes: 0, record_bytes: 0 });
            self.runs.len() - 1
        });
        match line {
            Line::Accepted { record, pages, .. } => {
                self.runs[at].accepted = Some(record);
                self.runs[at].record_bytes += record.len();
                self.pages.extend(pages.iter().map(|page| (at, page)));
            }
            Line::State { status, record } => self.runs[at].state = Some((*status, record)),
            Line::Begun { step, attempt, record } => {
                self.runs[at].record_bytes += record.len();
                self.step_at.insert((run, *step), self.steps.len());
                self.steps.push(StepRow { run, step: *step, attempt: *attempt, begun: record, end: None });
            }
            Line::Ended { step, key_head, record, pages } => {
                self.runs[at].record_bytes += record.len();
                self.pages.extend(pages.iter().map(|page| (at, page)));
                self.closed.insert((run, *step));
                match self.step_at.get(&(run, *step)) {
                    Some(&began) => self.steps[began].end = Some((*key_head, record)),
                    None => self.ends.push(EndRow { run, step: *step, key_head: *key_head, record }),
                }
            }
            Line::Timer { step, due_at } => {
                self.closed.insert((run, *step));
                self.timers.push((run, *step, *due_at));
            }
            Line::Decided { step, decision } => {
                self.closed.insert((run, *step));
                self.decisions.push((run, *step, *decision));
            }
        }
    }

    async fn flush(mut self, connection: &mut SqliteConnection, written: &mut HashMap<RunId, Written>) -> Attempt<()> {
        let uses = self.write_pages(connection).await?;
        self.write_runs(connection).await?;
        pages::use_all(connection, uses).await?;
        self.write_begun(connection).await?;
        self.write_ended(connection).await?;
        write_timers(connection, self.timers).await?;
        write_decisions(connection, self.decisions).await?;
        for row in &self.runs {
            let entry = Written { id: row.id, known: row.known, has_ended: false, bytes: 0 };
            let entry = written.entry(row.id).or_insert(entry);
            entry.has_ended = row.has_ended();
            entry.bytes += row.page_bytes + row.record_bytes;
        }
        Ok(())
    }

    /// Pages that are not there yet; gives which run uses which.
    async fn write_pages(&mut self, connection: &mut SqliteConnection) -> Attempt<Vec<(i64, i64)>> {
        let kept = pages::keep(connection, self.pages.iter().map(|(_, page)| *page)).await?;
        let mut uses = Vec::with_capacity(self.pages.len());
        let mut counted = HashSet::new();
        for (at, page) in &self.pages {
            let Some(kept) = kept.get(&page.hash) else { continue };
            let run = &mut self.runs[*at];
            if kept.is_new && counted.insert(kept.id) {
                run.page_bytes += i64::try_from(page.text.len()).unwrap_or(i64::MAX);
            }
            uses.push((run.known.seq, kept.id));
        }
        uses.sort_unstable();
        uses.dedup();
        Ok(uses)
    }

    async fn write_runs(&self, connection: &mut SqliteConnection) -> Attempt<()> {
        const INSERT: RowStatement = RowStatement {
            head: "INSERT INTO runs (seq, id, workflow_id, status, page_bytes, record_bytes, accepted, accepted_hash,
                       state, state_hash)",
            width: 10,
            tail: "",
        };
        const UPDATE: RowStatement = RowStatement {
            head: "WITH change (seq, status, page_bytes, record_bytes, state, state_hash) AS (",
            width: 6,
            tail: ") UPDATE runs SET status = ifnull(change.status, runs.status),
                       page_bytes = runs.page_bytes + change.page_bytes,
                       record_bytes = runs.record_bytes + change.record_bytes,
                       state = ifnull(change.state, runs.state), state_hash = ifnull(change.state_hash, runs.state_hash)
                     FROM change WHERE runs.seq = change.seq",
        };
        let (new, old): (Vec<_>, Vec<_>) = self.runs.iter().partition(|row| row.accepted.is_some());
        let new: Vec<_> = new.into_iter().filter_map(|row| row.accepted.map(|accepted| (row, accepted))).collect();
        INSERT
            .execute(connection, new, |query, (row, accepted)| {
                let query = query
                    .bind(row.known.seq)
                    .bind(row.id.to_string())
                    .bind(row.known.workflow.to_string())
                    .bind(runs::status_text(row.state.map_or(RunStatus::New, |(status, _)| status)))
                    .bind(row.page_bytes)
                    .bind(row.record_bytes);
                let query = query.bind(accepted.text.clone()).bind(accepted.hash.to_vec());
                let state = row.state.map(|(_, record)| record);
                query.bind(state.map(|record| record.text.clone())).bind(state.map(|record| record.hash.to_vec()))
            })
            .await?;
        let count = old.len() as u64;
        let changed = UPDATE
            .execute(connection, old, |query, row| {
                let state = row.state.map(|(_, record)| record);
                query
                    .bind(row.known.seq)
                    .bind(row.state.map(|(status, _)| runs::status_text(status)))
                    .bind(row.page_bytes)
                    .bind(row.record_bytes)
                    .bind(state.map(|record| record.text.clone()))
                    .bind(state.map(|record| record.hash.to_vec()))
            })
            .await?;
        // One that is gone was deleted with its workflow.
        if changed == count { Ok(()) } else { Err(Error::not_found("This run").into()) }
    }

    async fn write_begun(&mut self, connection: &mut SqliteConnection) -> Attempt<()> {
        // A step begins again only with a further try, after its time has come, or when the user says so.
        const INSERT: RowStatement = RowStatement {
            head: "INSERT INTO run_steps (run, step, attempt, begun, begun_hash, key_head, ended, ended_hash)",
            width: 8,
            tail:
                "ON CONFLICT (run, step) DO UPDATE SET attempt = excluded.attempt, begun = excluded.begun,
                       begun_hash = excluded.begun_hash, key_head = excluded.key_head, ended = excluded.ended,
                       ended_hash = excluded.ended_hash
                   WHERE run_steps.ended IS NULL AND (excluded.attempt > run_steps.attempt
                       OR EXISTS (SELECT 1 FROM run_timers t WHERE t.run = excluded.run AND t.step = excluded.step)
                       OR EXISTS (SELECT 1 FROM run_decisions d WHERE d.run = excluded.run AND d.step = excluded.step))",
        };
        const TIMERS: RowStatement =
            RowStatement { head: "DELETE FROM run_timers WHERE (run, step) IN (", width: 2, tail: ")" };
        const DECISIONS: RowStatement =
            RowStatement { head: "DELETE FROM run_decisions WHERE (run, step) IN (", width: 2, tail: ")" };
        let is_old = |run: i64| self.run_at.get(&run).is_some_and(|&at| self.runs[at].accepted.is_none());
        let again: Vec<_> =
            self.steps.iter().filter(|row| row.attempt > 1 || is_old(row.run)).map(|row| (row.run, row.step)).collect();
        let steps = std::mem::take(&mut self.steps);
        let count = steps.len() as u64;
        let changed = INSERT
            .execute(connection, steps, |query, row| {
                let end = row.end.as_ref();
                query
                    .bind(row.run)
                    .bind(row.step)
                    .bind(row.attempt)
                    .bind(row.begun.text.clone())
                    .bind(row.begun.hash.to_vec())
                    .bind(end.and_then(|(key_head, _)| *key_head))
                    .bind(end.map(|(_, record)| record.text.clone()))
                    .bind(end.map(|(_, record)| record.hash.to_vec()))
            })
            .await?;
        if changed != count {
            return Err(recorded_before().into());
        }
        for forget in [TIMERS, DECISIONS] {
            forget.execute(connection, again.clone(), |query, (run, step)| query.bind(run).bind(step)).await?;
        }
        Ok(())
    }

    async fn write_ended(&mut self, connection: &mut SqliteConnection) -> Attempt<()> {
        const UPDATE: RowStatement = RowStatement {
            head: "WITH change (run, step, key_head, ended, ended_hash) AS (",
            width: 5,
            tail: ") UPDATE run_steps SET key_head = change.key_head, ended = change.ended,
                       ended_hash = change.ended_hash
                   FROM change WHERE run_steps.run = change.run AND run_steps.step = change.step
                       AND run_steps.ended IS NULL",
        };
        let ends = std::mem::take(&mut self.ends);
        let count = ends.len() as u64;
        let changed = UPDATE
            .execute(connection, ends, |query, row| {
                query
                    .bind(row.run)
                    .bind(row.step)
                    .bind(row.key_head)
                    .bind(row.record.text.clone())
                    .bind(row.record.hash.to_vec())
            })
            .await?;
        if changed == count { Ok(()) } else { Err(recorded_before().into()) }
    }
}

async fn write_timers(connection: &mut SqliteConnection, timers: Vec<(i64, u32, Timestamp)>) -> Attempt<()> {
    const INSERT: RowStatement = RowStatement {
        head: "INSERT INTO run_timers (run, step, due_at)",
        width: 3,
        tail: "ON CONFLICT (run, step) DO UPDATE SET due_at = excluded.due_at",
    };
    INSERT
        .execute(connection, timers, |query, (run, step, due_at)| query.bind(run).bind(step).bind(due_at.to_string()))
        .await?;
    Ok(())
}

async fn write_decisions(connection: &mut SqliteConnection, rows: Vec<(i64, u32, StepDecision)>) -> Attempt<()> {
    const INSERT: RowStatement = RowStatement {
        head: "INSERT INTO run_decisions (run, step, decision)",
        width: 3,
        tail: "ON CONFLICT (run, step) DO UPDATE SET decision = excluded.decision",
    };
    INSERT
        .execute(connection, rows, |query, (run, step, decision)| {
            let word = match decision {
                StepDecision::Repeat => "repeat",
                StepDecision::Skip => "skip",
                StepDecision::Stop => "stop",
            };
            query.bind(run).bind(step).bind(word)
        })
        .await?;
    Ok(())
}
