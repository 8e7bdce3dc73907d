//! How far to the right nodes stand: new ones beside their neighbours, and what follows them as far on as they need.
//! Knows only numbers, no nodes; says nothing about rows.

use crate::cycle::{self, Link};

/// From one node to the next along a connection, in canvas units.
pub(crate) const STEP: f64 = 300.0;
/// Distances between two connected nodes that are taken over for a node put between them.
const USUAL: std::ops::RangeInclusive<f64> = 260.0..=360.0;

/// What is known about a node before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Stand {
    /// It stands here, and makes room for new ones before it.
    At(f64),
    /// It stands here because its author says so, and stays.
    Fixed(f64),
    /// It wants a place.
    Nowhere,
}

/// The columns of all nodes.
pub(crate) struct Columns {
    /// How far to the right each node stands now.
    pub x: Vec<f64>,
    /// The nodes that wanted a place, each after those that lead to it, circles aside.
    pub order: Vec<usize>,
    /// For each node that wanted a place, the rightmost of the nodes that lead to it.
    pub source: Vec<Option<usize>>,
    /// For each node that wanted a place, the node that stood from which new ones lead to it.
    pub origin: Vec<Option<usize>>,
    /// For each node that wanted a place, the node to its right whose row it belongs to.
    pub aim: Vec<Option<usize>>,
    /// The rightmost of the nodes that stood.
    pub last: Option<usize>,
}

/// Finds the columns.
///
/// A new node stands one step to the right of what leads to it. What stood in front of it and is led to by it moves on
/// as far as is missing, and so does everything that follows from there to the right; what lies behind does not, so a
/// circle ends where it turns back. `before` are the connections there were, whose lengths are kept to. Takes time
/// linear in the graph, but for sorting.
pub(crate) fn columns(stands: &[Stand], links: &[Link], before: &[Link]) -> Columns {
    let mut sketch = Sketch::new(stands, links);
    sketch.put_in_order();
    sketch.anchor(&usual_steps(stands, before));
    sketch.sweep();
    sketch.lead_in();
    let aim = sketch.aims();
    let standing = (0..stands.len()).filter(|node| stands[*node].x().is_some());
    let last = standing.max_by(|a, b| sketch.x[*a].total_cmp(&sketch.x[*b]));
    Columns { x: sketch.x, order: sketch.order, source: sketch.source, origin: sketch.origin, aim, last }
}

/// The distance to what follows each node, where it is a usual one.
fn usual_steps(stands: &[Stand], before: &[Link]) -> Vec<f64> {
    let mut steps = vec![f64::INFINITY; stands.len()];
    for link in before {
        if let (Some(source), Some(target)) = (stands[link.source].x(), stands[link.target].x())
            && USUAL.contains(&(target - source))
        {
            steps[link.source] = steps[link.source].min(target - source);
        }
    }
    steps.into_iter().map(|step| if step.is_finite() { step } else { STEP }).collect()
}

impl Stand {
    pub(crate) fn x(self) -> Option<f64> {
        match self {
            Self::At(x) | Self::Fixed(x) => Some(x),
            Self::Nowhere => None,
        }
    }
}

struct Sketch<'a> {
    stands: &'a [Stand],
    after: Vec<Vec<usize>>,
    /// What leads to each node that wants a place, ways back left out.
    sources: Vec<Vec<usize>>,
    order: Vec<usize>,
    /// The place of a node in `order`.
    rank: Vec<usize>,
    /// The rightmost node that stands and leads to this one: where it stood.
    anchor: Vec<Option<f64>>,
    source: Vec<Option<usize>>,
    origin: Vec<Option<usize>>,
    step: Vec<f64>,
    x: Vec<f64>,
}

impl<'a> Sketch<'a> {
    fn new(stands: &'a [Stand], links: &[Link]) -> Self {
        let count = stands.len();
        let mut after = vec![Vec::new(); count];
        let mut into = vec![Vec::new(); count];
        for link in links.iter().filter(|link| link.source != link.target) {
            after[link.source].push(link.target);
            if stands[link.target] == Stand::Nowhere {
                into[link.target].push(link.source);
            }
        }
        // In a circle, what leads in from outside comes before the way back.
        let circle = cycle::components(count, links);
        for (node, sources) in into.iter_mut().enumerate() {
            let is_outside = |source: &usize| circle[*source] != circle[node];
            if sources.iter().any(is_outside) {
                sources.retain(is_outside);
            }
        }
        let nowhere = vec![None; count];
        Self {
            stands,
            after,
            sources: into,
            order: Vec::new(),
            rank: vec![usize::MAX; count],
            anchor: stands.iter().map(|stand| stand.x()).collect(),
            source: nowhere.clone(),
            origin: nowhere,
            step: vec![STEP; count],
            x: stands.iter().map(|stand| stand.x().unwrap_or(f64::NAN)).collect(),
        }
    }

    fn wants(&self, node: usize) -> bool {
        self.stands[node] == Stand::Nowhere
    }

    /// Orders the nodes that want a place and forgets the connections that lead back.
    fn put_in_order(&mut self) {
        let wanted: Vec<usize> = (0..self.stands.len()).filter(|node| self.wants(*node)).collect();
        let mut open = vec![0_usize; self.stands.len()];
        let mut followers = vec![Vec::new(); self.stands.len()];
        for node in &wanted {
            for source in self.sources[*node].iter().filter(|source| self.wants(**source)) {
                open[*node] += 1;
                followers[*source].push(*node);
            }
        }
        let free = wanted.iter().copied().filter(|node| open[*node] == 0);
        let mut ready: std::collections::VecDeque<usize> = free.collect();
        let mut rest = wanted.iter().copied();
        while let Some(node) = ready.pop_front().or_else(|| rest.next()) {
            if self.rank[node] != usize::MAX {
                continue;
            }
            self.rank[node] = self.order.len();
            self.order.push(node);
            for next in &followers[node] {
                open[*next] = open[*next].saturating_sub(1);
                if open[*next] == 0 {
                    ready.push_back(*next);
                }
            }
        }
        for node in &wanted {
            let mut sources = std::mem::take(&mut self.sources[*node]);
            sources.retain(|source| self.is_on_the_way(*source, *node));
            self.sources[*node] = sources;
        }
    }

    /// Whether a connection to a node that wants a place leads on, not back.
    fn is_on_the_way(&self, source: usize, target: usize) -> bool {
        !self.wants(source) || self.rank[source] < self.rank[target]
    }

    /// Finds where each new node starts from.
    fn anchor(&mut self, steps: &[f64]) {
        for node in &self.order {
            let sources = self.sources[*node].iter().copied().filter(|source| self.anchor[*source].is_some());
            let rightmost = sources.max_by(|a, b| {
                let key = |source: usize| (self.anchor[source], self.wants(source).then_some(self.rank[source]));
                key(*a).partial_cmp(&key(*b)).unwrap_or(std::cmp::Ordering::Equal)
            });
            self.source[*node] = rightmost;
            self.anchor[*node] = rightmost.and_then(|source| self.anchor[source]);
            if let Some(source) = rightmost {
                let is_new = self.stands[source] == Stand::Nowhere;
                self.step[*node] = if is_new { self.step[source] } else { steps[source] };
                self.origin[*node] = if is_new { self.origin[source] } else { Some(source) };
            }
        }
    }

    /// Goes from left to right, gives new nodes their place and moves on what is in front of them.
    fn sweep(&mut self) {
        let turn = |node: usize| if self.wants(node) { self.rank[node] + 1 } else { 0 };
        let key = |node: usize| (self.anchor[node].unwrap_or_default(), turn(node));
        let mut nodes: Vec<usize> = (0..self.stands.len()).filter(|node| self.anchor[*node].is_some()).collect();
        nodes.sort_by(|a, b| key(*a).0.total_cmp(&key(*b).0).then(key(*a).1.cmp(&key(*b).1)));
        let mut shift = vec![0.0_f64; self.stands.len()];
        for node in nodes {
            match self.stands[node] {
                Stand::At(x) => self.x[node] = x + shift[node],
                Stand::Fixed(_) => {}
                Stand::Nowhere => {
                    let known = self.sources[node].iter().map(|source| self.x[*source] + self.step[node]);
                    self.x[node] = known.fold(f64::NAN, f64::max);
                }
            }
            for next in &self.after[node] {
                let Stand::At(x) = self.stands[*next] else { continue };
                if Some(x) > self.anchor[node] {
                    let missing = if self.wants(node) { self.missing(node, x) } else { shift[node] };
                    shift[*next] = shift[*next].max(missing);
                }
            }
        }
    }

    /// How much farther something in front of a new node has to stand.
    fn missing(&self, node: usize, x: f64) -> f64 {
        let is_enough = x - self.x[node] >= *USUAL.start();
        if is_enough { 0.0 } else { self.x[node] + self.step[node] - x }
    }

    /// Places what nothing that stands leads to: in front of what it leads to, else behind what leads to it, else at
    /// the end.
    fn lead_in(&mut self) {
        let least = |a: f64, b: f64| if a.is_nan() || b < a { b } else { a };
        for node in self.order.iter().rev().copied().filter(|node| self.anchor[*node].is_none()) {
            let follows = |next: &usize| !self.wants(*next) || self.rank[*next] > self.rank[node];
            let known = self.after[node].iter().filter(|next| follows(next) && !self.x[**next].is_nan());
            self.x[node] = known.map(|next| self.x[*next] - STEP).fold(f64::NAN, least);
        }
        let most = |a: f64, b: &f64| if a.is_nan() || *b > a { *b } else { a };
        let rightmost = self.x.iter().fold(f64::NAN, most);
        for node in self.order.iter().copied().filter(|node| self.anchor[*node].is_none()) {
            let known = self.sources[node].iter().copied().filter(|source| !self.x[*source].is_nan());
            let source = known.max_by(|a, b| self.x[*a].total_cmp(&self.x[*b]));
            self.source[node] = source;
            if self.x[node].is_nan() {
                let end = if rightmost.is_nan() { 0.0 } else { rightmost + STEP };
                self.x[node] = source.map_or(end, |source| self.x[source] + STEP);
            }
        }
    }

    /// The one node that stands to the right of a new one, which it and what follows it lead to; of those that a first
    /// node leads to, the nearest.
    fn aims(&self) -> Vec<Option<usize>> {
        let mut aims = vec![None; self.stands.len()];
        for node in self.order.iter().rev().copied() {
            let ahead = |next: &usize| if self.wants(*next) { aims[*next] } else { Some(*next) };
            let follows = |next: &&usize| {
                if self.wants(**next) { self.rank[**next] > self.rank[node] } else { self.x[**next] > self.x[node] }
            };
            aims[node] = match self.after[node].as_slice() {
                [first, others @ ..] if others.iter().all(|other| other == first) => {
                    Some(first).filter(follows).and_then(ahead)
                }
                several if self.source[node].is_none() => {
                    several.iter().filter(follows).filter_map(ahead).min_by(|a, b| self.x[*a].total_cmp(&self.x[*b]))
                }
                _ => None,
            };
        }
        aims
    }
}
