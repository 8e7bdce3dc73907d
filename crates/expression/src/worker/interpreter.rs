//! One interpreter for one job: a fresh runtime and context, with limits, the product's own JavaScript loaded before any of
//! the user's. Nothing of the host is reachable from it but the three functions made here.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use jiff::tz::TimeZoneDatabase;
use rquickjs::context::EvalOptions;
use rquickjs::{
    CatchResultExt, CaughtError, Context, Ctx, Error, Function, Module, Object, Persistent, Promise, Runtime,
};
use serde_json::value::RawValue;
use url::Url;

use crate::absent;

use super::main::ask;
use super::prelude::Prelude;
use super::protocol::{Ask, AskReach, Failure, FailureKind, Job, Source, Work};

/// Bytes of stack for JavaScript: well below what a main thread has on every system.
const STACK: usize = 512 << 10;

type Saved<T> = Persistent<T>;

/// An interpreter that has run nothing of the user's yet.
pub(super) struct Interpreter {
    scope: Saved<Object<'static>>,
    run: Saved<Object<'static>>,
    context: Context,
    runtime: Runtime,
    deadline: Rc<Cell<Option<Instant>>>,
}

impl Interpreter {
    /// A fresh one, or why the product's own JavaScript does not load.
    pub fn new(prelude: Prelude) -> Result<Self, String> {
        let text = |error: Error| error.to_string();
        let runtime = Runtime::new().map_err(text)?;
        runtime.set_max_stack_size(STACK);
        let deadline = Rc::new(Cell::new(None::<Instant>));
        let watched = Rc::clone(&deadline);
        let late = move || watched.get().is_some_and(|deadline| Instant::now() > deadline);
        runtime.set_interrupt_handler(Some(Box::new(late)));
        let context = Context::full(&runtime).map_err(text)?;
        let loaded = context.with(|ctx| load(&ctx, prelude).catch(&ctx).map_err(|error| error.to_string()));
        let (scope, run) = loaded?;
        Ok(Self { scope, run, context, runtime, deadline })
    }

    /// Does the only job it is for. JSON text of the result.
    pub fn run(&self, job: &Job<'_>) -> Result<String, Failure> {
        self.runtime.set_memory_limit(job.memory);
        self.deadline.set(Instant::now().checked_add(Duration::from_millis(job.time)));
        self.context.with(|ctx| {
            let scope = self.scope.clone().restore(&ctx);
            let run = self.run.clone().restore(&ctx);
            let done = scope.and_then(|scope| Ok((scope, run?))).map_err(|error| broken(&ctx, error));
            let deadline = Rc::clone(&self.deadline);
            let session = done.map(|(scope, run)| Session { ctx: ctx.clone(), scope, run, deadline });
            session.and_then(|session| session.work(job))
        })
    }
}

fn load(ctx: &Ctx<'_>, prelude: Prelude) -> Result<(Saved<Object<'static>>, Saved<Object<'static>>), Error> {
    let [times, extensions, scope, run] = prelude.first(ctx)?;
    let host = host(ctx, prelude)?;
    let times: Object<'_> = times.call((host.clone(),))?;
    extensions.call::<_, ()>((times.clone(),))?;
    let scope: Object<'_> = scope.call((host, times))?;
    let run: Object<'_> = run.call((scope.clone(),))?;
    Ok((Persistent::save(ctx, scope), Persistent::save(ctx, run)))
}

/// The functions of the host. None of them reaches anything but the pipe and tables in memory.
fn host<'js>(ctx: &Ctx<'js>, prelude: Prelude) -> Result<Object<'js>, Error> {
    let host = Object::new(ctx.clone())?;
    let times = move |ctx: Ctx<'js>| prelude.times(&ctx);
    host.set("times", Function::new(ctx.clone(), times)?)?;
    let urls = move |ctx: Ctx<'js>| prelude.urls(&ctx);
    host.set("urls", Function::new(ctx.clone(), urls)?)?;
    host.set("url", Function::new(ctx.clone(), url_parts)?)?;
    host.set("ask", Function::new(ctx.clone(), ask_for)?)?;
    host.set("search", Function::new(ctx.clone(), search)?)?;
    let lists = [("names", absent::NAMES), ("ofExecution", absent::OF_EXECUTION), ("ofNodes", absent::OF_NODES)];
    for (key, list) in lists {
        let absent: Vec<Vec<&str>> = list.iter().map(|(name, hint)| vec![*name, *hint]).collect();
        host.set(key, absent)?;
    }
    let zones = TimeZoneDatabase::bundled();
    let offset = move |zone: String, milliseconds: f64| offset_minutes(&zones, &zone, milliseconds);
    host.set("offset", Function::new(ctx.clone(), offset)?)?;
    Ok(host)
}

fn ask_for(ctx: Ctx<'_>, node: Option<String>, reach: String, output: f64) -> Result<String, Error> {
    let reach = match reach.as_str() {
        "paired" => AskReach::Paired,
        "first" => AskReach::First,
        "last" => AskReach::Last,
        "all" => AskReach::All,
        "previous" => AskReach::Previous,
        "parameters" => AskReach::Parameters,
        _ => AskReach::Run,
    };
    // Whatever is not the number of an output becomes one that no node has.
    let output = if output >= 0.0 && output.fract() == 0.0 { output as usize } else { usize::MAX };
    ask(Ask { node, reach, output }).map_err(|error| thrown(&ctx, &error.to_string()))
}

fn search(ctx: Ctx<'_>, data: String, query: String) -> Result<String, Error> {
    let found = jmespath::Variable::from_json(&data).and_then(|data| {
        let query = jmespath::compile(&query).map_err(|error| error.to_string())?;
        let found = query.search(data).map_err(|error| error.to_string())?;
        serde_json::to_string(&found).map_err(|error| error.to_string())
    });
    found.map_err(|error| thrown(&ctx, &format!("The JMESPath query does not work: {error}")))
}

/// The parts of a URL as the standard has them: href, origin, protocol, username, password, host, hostname, port, pathname,
/// search and hash. An empty list when it is none.
fn url_parts(text: String, base: Option<String>) -> Vec<String> {
    let base = base.map(|base| Url::parse(&base)).transpose();
    let Ok(url) = base.and_then(|base| Url::options().base_url(base.as_ref()).parse(&text)) else { return Vec::new() };
    let after = |part: Option<&str>, mark: &str| match part {
        Some(part) if !part.is_empty() => format!("{mark}{part}"),
        _ => String::new(),
    };
    let host = url.host_str().unwrap_or_default();
    let port = url.port().map(|port| port.to_string()).unwrap_or_default();
    vec![
        url.to_string(),
        url.origin().ascii_serialization(),
        format!("{}:", url.scheme()),
        url.username().to_owned(),
        url.password().unwrap_or_default().to_owned(),
        format!("{host}{}", after(Some(&port), ":")),
        host.to_owned(),
        port,
        url.path().to_owned(),
        after(url.query(), "?"),
        after(url.fragment(), "#"),
    ]
}

/// Minutes that clocks of the zone are ahead of UTC; NaN for an unknown zone or time.
fn offset_minutes(zones: &TimeZoneDatabase, zone: &str, milliseconds: f64) -> f64 {
    let time = jiff::Timestamp::from_millisecond(milliseconds as i64);
    match (zones.get(zone), time) {
        (Ok(zone), Ok(time)) => f64::from(zone.to_offset(time).seconds()) / 60.0,
        _ => f64::NAN,
    }
}

fn thrown(ctx: &Ctx<'_>, message: &str) -> Error {
    rquickjs::Exception::throw_message(ctx, message)
}

/// A job in its interpreter.
struct Session<'js> {
    ctx: Ctx<'js>,
    scope: Object<'js>,
    run: Object<'js>,
    deadline: Rc<Cell<Option<Instant>>>,
}

impl<'js> Session<'js> {
    fn work(&self, job: &Job<'_>) -> Result<String, Failure> {
        if let Work::Check(sources) = &job.work {
            return serde_json::to_string(&self.check(sources)).map_err(|error| Failure::thrown(error.to_string()));
        }
        self.begin(job.values, job.items).map_err(|error| self.failed(error))?;
        match &job.work {
            Work::Expressions(sources) => self.expressions(sources, job.output),
            Work::Code { body, each } => self.code(body, *each, job.output),
            Work::Check(_) => Ok("[]".to_owned()),
        }
    }

    fn begin(&self, values: &RawValue, items: &RawValue) -> Result<(), Error> {
        let values = self.ctx.json_parse(values.get())?;
        let items = self.ctx.json_parse(items.get())?;
        self.scope.get::<_, Function<'_>>("begin")?.call((values, items))
    }

    fn expressions(&self, sources: &[String], output: usize) -> Result<String, Failure> {
        let mut functions = Vec::with_capacity(sources.len());
        for (number, source) in sources.iter().enumerate() {
            let function = self.compile(expression(source), "expression", true);
            functions.push(function.map_err(|failure| Failure { source: number, ..failure })?);
        }
        let run = self.run.get::<_, Function<'_>>("expressions");
        run.and_then(|run| run.call((functions, output as f64))).map_err(|error| self.failed(error))
    }

    fn code(&self, text: &str, each: bool, output: usize) -> Result<String, Failure> {
        let function = self.compile(body(text), "code", false)?;
        let run = self.run.get::<_, Function<'_>>("code");
        let promise = run.and_then(|run| run.call::<_, Promise<'js>>((function, each, output as f64)));
        let promise = promise.map_err(|error| self.failed(error))?;
        loop {
            if let Some(result) = promise.result() {
                return result.map_err(|error| self.failed(error));
            }
            let more = self.ctx.execute_pending_job();
            if self.is_late() {
                return Err(self.too_late());
            }
            if !more && promise.result::<String>().is_none() {
                let message = "The code waits for a promise that is never settled: nothing is left to run";
                return Err(Failure::thrown(message.to_owned()));
            }
        }
    }

    fn compile(&self, source: String, file: &str, strict: bool) -> Result<Function<'js>, Failure> {
        let mut options = EvalOptions::default();
        options.strict = strict;
        options.filename = Some(file.to_owned());
        let compiled = self.ctx.eval_with_options(source, options).catch(&self.ctx);
        compiled.map_err(|error| self.uncompiled(error, file))
    }

    /// For each source what is wrong with it, or null. Modules are compiled without being run.
    fn check(&self, sources: &[Source]) -> Vec<Option<Failure>> {
        let check = |(number, source): (usize, &Source)| {
            let (text, file) = match source {
                Source::Expression(text) => (expression(text), "expression"),
                Source::Body(text) => (body(text), "code"),
            };
            let compiled = Module::declare(self.ctx.clone(), file, text).map(drop).catch(&self.ctx);
            compiled.err().map(|error| Failure { source: number, ..self.uncompiled(error, file) })
        };
        sources.iter().enumerate().map(check).collect()
    }

    fn is_late(&self) -> bool {
        self.deadline.get().is_some_and(|deadline| Instant::now() > deadline)
    }

    fn too_late(&self) -> Failure {
        Failure { kind: FailureKind::Time, ..Failure::thrown(String::new()) }
    }

    fn uncompiled(&self, error: CaughtError<'js>, file: &str) -> Failure {
        if self.is_late() {
            return self.too_late();
        }
        match error {
            CaughtError::Exception(exception) => {
                let message = exception.message().unwrap_or_default();
                let (line, column) = place(&exception.stack().unwrap_or_default(), file).unwrap_or((0, 0));
                let line = line.saturating_sub(1);
                Failure { kind: FailureKind::Syntax, line, column, ..Failure::thrown(message) }
            }
            CaughtError::Error(error) => Failure { kind: FailureKind::Syntax, ..Failure::thrown(error.to_string()) },
            CaughtError::Value(_) => Failure { kind: FailureKind::Memory, ..Failure::thrown(String::new()) },
        }
    }

    /// What ended the product's own part of a job: the user's errors are caught in there.
    fn failed(&self, error: Error) -> Failure {
        if self.is_late() {
            return self.too_late();
        }
        broken(&self.ctx, error)
    }
}

fn broken(ctx: &Ctx<'_>, error: Error) -> Failure {
    match CaughtError::from_error(ctx, error) {
        CaughtError::Exception(exception) => {
            let message = exception.message().unwrap_or_default();
            let memory = message.is_empty() || message == "out of memory";
            let kind = if memory { FailureKind::Memory } else { FailureKind::Thrown };
            Failure { kind, ..Failure::thrown(message) }
        }
        CaughtError::Error(Error::Allocation) | CaughtError::Value(_) => {
            Failure { kind: FailureKind::Memory, ..Failure::thrown(String::new()) }
        }
        CaughtError::Error(error) => Failure::thrown(error.to_string()),
    }
}

/// The user's text begins in the second line, so that places in its first line need no correction.
fn expression(source: &str) -> String {
    format!("(function () {{ return (\n{source}\n) }})")
}

fn body(text: &str) -> String {
    format!("(async function () {{\n{text}\n}})")
}

/// The first `file:line:column` in a stack.
fn place(stack: &str, file: &str) -> Option<(u32, u32)> {
    stack.match_indices(file).find_map(|(at, _)| {
        let mut numbers = stack.get(at + file.len()..)?.strip_prefix(':')?.split(|c: char| !c.is_ascii_digit());
        Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
    })
}
