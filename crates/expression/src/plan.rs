//! A configuration made ready for evaluation: which texts are expressions, what each consists of, and how the values go
//! back into their places. Evaluates nothing.

use bridge_domain::Config;
use serde_json::Value;

use crate::fault::Fault;
use crate::path::{self, Path};
use crate::template::{self, Part};
use crate::value::push_text;

/// Levels of objects and lists in a configuration; JSON that was read has no more.
const MAX_DEPTH: usize = 128;

/// A configuration with its expressions.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    shape: Vec<(String, Shape)>,
    /// The texts that are expressions.
    pub sites: Vec<Site>,
    /// Distinct sources that need the interpreter.
    pub scripts: Vec<String>,
}

/// A text that is an expression.
#[derive(Debug)]
pub(crate) struct Site {
    /// Its place in the configuration, such as `fields.total` or `rows[2].name`.
    pub parameter: String,
    /// The text.
    pub text: String,
    pieces: Vec<Piece>,
}

#[derive(Debug)]
enum Piece {
    Literal(String),
    Value(Program),
}

/// What gives one value.
#[derive(Debug)]
pub(crate) struct Program {
    /// How.
    pub kind: ProgramKind,
    /// Where its source begins in the text, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// How a value is found.
#[derive(Debug)]
pub(crate) enum ProgramKind {
    /// By following a path.
    Path(Path),
    /// By the interpreter: number of the source in [`Plan::scripts`].
    Script(usize),
}

#[derive(Debug)]
enum Shape {
    Fixed(Value),
    Site(usize),
    List(Vec<Shape>),
    Object(Vec<(String, Shape)>),
}

/// A fault in one of the texts, with the parameter and the text.
#[derive(Debug)]
pub(crate) struct SiteFault {
    pub parameter: String,
    pub text: String,
    pub fault: Fault,
}

impl Plan {
    pub fn new(config: &Config) -> Result<Self, Box<SiteFault>> {
        let mut plan = Self::default();
        plan.shape = plan.object(config, "", 0)?;
        Ok(plan)
    }

    /// All programs, with the site each is part of.
    pub fn programs(&self) -> impl Iterator<Item = (&Site, &Program)> {
        self.sites.iter().flat_map(|site| site.programs().map(move |program| (site, program)))
    }

    /// The configuration with these values in place of the expressions, one for each site.
    pub fn fill(&self, values: &mut [Value]) -> Config {
        self.shape.iter().map(|(key, shape)| (key.clone(), shape.fill(values))).collect()
    }

    fn object(&mut self, object: &Config, path: &str, depth: usize) -> Result<Vec<(String, Shape)>, Box<SiteFault>> {
        let field = |(key, value): (&String, &Value)| {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            Ok((key.clone(), self.shape(value, path, depth + 1)?))
        };
        object.iter().map(field).collect()
    }

    fn shape(&mut self, value: &Value, path: String, depth: usize) -> Result<Shape, Box<SiteFault>> {
        if depth > MAX_DEPTH {
            let fault = Fault::new(format!("Parameters are nested more than {MAX_DEPTH} levels deep."), 0, 0);
            return Err(Box::new(SiteFault { parameter: path, text: String::new(), fault }));
        }
        Ok(match value {
            Value::String(text) if template::is_expression(text) => {
                self.sites.push(Site { pieces: Vec::new(), parameter: path, text: text.clone() });
                let number = self.sites.len() - 1;
                let pieces = self.pieces(text);
                let site = &mut self.sites[number];
                site.pieces = pieces.map_err(|fault| {
                    Box::new(SiteFault { parameter: site.parameter.clone(), text: text.clone(), fault })
                })?;
                Shape::Site(number)
            }
            Value::Array(list) => {
                let element = |(at, value)| self.shape(value, format!("{path}[{at}]"), depth + 1);
                Shape::List(list.iter().enumerate().map(element).collect::<Result<_, _>>()?)
            }
            Value::Object(object) => Shape::Object(self.object(object, &path, depth)?),
            fixed => Shape::Fixed(fixed.clone()),
        })
    }

    fn pieces(&mut self, text: &str) -> Result<Vec<Piece>, Fault> {
        let mut pieces = Vec::new();
        for part in template::parse(text)? {
            pieces.push(match part {
                Part::Literal(literal) => Piece::Literal(literal),
                Part::Code(code) => {
                    let kind = match path::parse(text, &code.tokens) {
                        Some(path) => ProgramKind::Path(path),
                        None => ProgramKind::Script(self.script(code.source(text))),
                    };
                    Piece::Value(Program { kind, start: code.source_start(), end: code.end })
                }
            });
        }
        Ok(pieces)
    }

    fn script(&mut self, source: &str) -> usize {
        let known = self.scripts.iter().position(|script| script == source);
        known.unwrap_or_else(|| {
            self.scripts.push(source.to_owned());
            self.scripts.len() - 1
        })
    }
}

impl Site {
    pub fn programs(&self) -> impl Iterator<Item = &Program> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Value(program) => Some(program),
            Piece::Literal(_) => None,
        })
    }

    /// The value of the text, given how a program's value is found. A lone program keeps its value's type.
    pub fn value<E>(&self, mut find: impl FnMut(&Program) -> Result<Option<Value>, E>) -> Result<Value, E> {
        if let [Piece::Value(program)] = self.pieces.as_slice() {
            return Ok(find(program)?.unwrap_or(Value::Null));
        }
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Literal(literal) => text.push_str(literal),
                Piece::Value(program) => push_text(find(program)?.as_ref(), &mut text),
            }
        }
        Ok(Value::String(text))
    }
}

impl Shape {
    fn fill(&self, values: &mut [Value]) -> Value {
        match self {
            Self::Fixed(value) => value.clone(),
            Self::Site(number) => values.get_mut(*number).map(Value::take).unwrap_or_default(),
            Self::List(list) => list.iter().map(|shape| shape.fill(values)).collect(),
            Self::Object(fields) => fields.iter().map(|(key, shape)| (key.clone(), shape.fill(values))).collect(),
        }
    }
}
