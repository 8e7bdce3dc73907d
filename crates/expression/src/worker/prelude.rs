//! The product's own JavaScript, compiled once for the life of a worker and loaded into each fresh interpreter. Loading is
//! ten times faster than compiling. It shares instructions only: every interpreter makes objects of its own of them.

use rquickjs::loader::Loader;
use rquickjs::loader::bundle::Bundle;
use rquickjs::{Array, CatchResultExt, Context, Ctx, Error, Function, Module, Runtime, WriteOptions};

/// What every interpreter has from its beginning. Each part is a function that gets what it needs and gives what it offers.
const FIRST: [&str; 4] = [
    include_str!("../js/times.js"),
    include_str!("../js/extensions.js"),
    include_str!("../js/scope.js"),
    include_str!("../js/run.js"),
];

/// What is loaded when it is first needed.
const TIMES: [&str; 2] = [include_str!("../js/datetime.js"), include_str!("../js/format.js")];

/// Likewise.
const URLS: [&str; 1] = [include_str!("../js/url.js")];

/// The parts in the interpreter's own form. No user's code was near when it was made, and nothing changes it.
#[derive(Clone, Copy)]
pub(super) struct Prelude {
    modules: &'static [(&'static str, &'static [u8])],
}

impl Prelude {
    /// Compiles the parts, or says why they do not compile. To be called once: what it makes is never freed.
    pub fn compile() -> Result<Self, String> {
        let text = |error: Error| error.to_string();
        let runtime = Runtime::new().map_err(text)?;
        let context = Context::full(&runtime).map_err(text)?;
        let modules = context.with(|ctx| {
            let modules = [("bridge", &FIRST[..]), ("bridge-times", &TIMES[..]), ("bridge-url", &URLS[..])];
            let compile = |(name, parts): (&'static str, &[&str])| Ok((name, compiled(&ctx, name, parts)?));
            let modules: Result<Vec<_>, Error> = modules.into_iter().map(compile).collect();
            modules.catch(&ctx).map_err(|error| error.to_string())
        })?;
        Ok(Self { modules: modules.leak() })
    }

    /// The functions of `times.js`, `extensions.js`, `scope.js` and `run.js`.
    pub fn first<'js>(self, ctx: &Ctx<'js>) -> Result<[Function<'js>; 4], Error> {
        let parts = self.load(ctx, "bridge")?;
        Ok([parts.get(0)?, parts.get(1)?, parts.get(2)?, parts.get(3)?])
    }

    /// A list of the functions of `datetime.js` and `format.js`.
    pub fn times<'js>(self, ctx: &Ctx<'js>) -> Result<Array<'js>, Error> {
        self.load(ctx, "bridge-times")
    }

    /// A list of the function of `url.js`.
    pub fn urls<'js>(self, ctx: &Ctx<'js>) -> Result<Array<'js>, Error> {
        self.load(ctx, "bridge-url")
    }

    /// Nobody but this can import the modules: the interpreter has no loader.
    fn load<'js>(self, ctx: &Ctx<'js>, name: &str) -> Result<Array<'js>, Error> {
        let (module, evaluated) = Bundle(self.modules).load(ctx, name, None)?.eval()?;
        evaluated.finish::<()>()?;
        module.get("default")
    }
}

fn compiled(ctx: &Ctx<'_>, name: &str, parts: &[&str]) -> Result<&'static [u8], Error> {
    let module = Module::declare(ctx.clone(), name, format!("export default [{}]", parts.join(",")))?;
    let options = WriteOptions { strip_source: true, strip_debug: true, ..WriteOptions::default() };
    Ok(module.write(options)?.leak())
}
