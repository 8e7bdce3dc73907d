//! Checking reads and never evaluates.

use bridge_domain::Evaluate;

use crate::support::{expressions, works};

#[tokio::test]
async fn problems_have_places_in_utf16_units() {
    let expressions = expressions();
    for text in [
        "plain",
        "=plain",
        "={{ $json.a }}",
        "={{ 1 + 1 }} {{ [1].map(x => `${x}`) }}",
        "={{ /a}}b/ }}",
        "={{ {a: 1} }}",
    ] {
        assert_eq!(expressions.check(text), [], "{text}");
    }
    for (text, start, part) in [
        ("=😀{{ a", 3, "never closed"),
        ("={{ }}", 1, "nothing between"),
        ("=😀 {{ 1 + * 2 }}", 11, "unexpected"),
        ("={{ $json.a }} {{ $json.a b }}", 26, "expect"),
        ("={{ if (1) {} }}", 4, "unexpected"),
        ("={{ return 1 }}", 4, "unexpected"),
        ("={{ 1, }}", 5, ""),
        ("={{ 'a\u{0}' }} {{ 'a\u{0}'.b( }}", 22, ""),
    ] {
        let problems = expressions.check(text);
        assert_eq!(problems.len(), 1, "{text}: {problems:?}");
        let problem = &problems[0];
        assert!(problem.message.contains(part), "{text}: {}", problem.message);
        assert!(problem.start.abs_diff(start) <= 4 && problem.end >= problem.start, "{text}: {problem:?}");
    }
    let problems = expressions.check("={{ 1 + }} {{ 2 + }}");
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems[0].start < 10 && problems[1].start > 10);
}

#[tokio::test]
async fn code_is_checked_too() {
    let expressions = expressions();
    assert_eq!(expressions.check_code("const x = await f();\nreturn [x]"), []);
    let problems = expressions.check_code("const x = 1;\nreturn [x");
    assert_eq!(problems.len(), 1);
    assert!(problems[0].start >= 13, "{problems:?}");
}

/// What would not end, or would throw, or would leave its wrapping, is compiled and not run.
#[test]
fn x3_checking_never_evaluates() {
    let expressions = expressions();
    let started = std::time::Instant::now();
    for text in [
        "={{ (() => { for (;;) {} })() }}",
        "={{ (() => { throw 1 })() }}",
        "={{ eval('for (;;) {}') }}",
        "={{ [1].map(function () { while (true) {} }) }}",
        "={{ class { static { for (;;) {} } } }}",
        "={{ `${(() => { for (;;) {} })()}` }}",
    ] {
        assert_eq!(expressions.check(text), [], "{text}");
    }
    for text in [
        "={{ 1) }), (() => { for (;;) {} })(), (function () { return (1 }}",
        "={{ 1 <!--\n) }); for(;;){} (function () { return (1 }}",
    ] {
        assert_eq!(expressions.check(text).len(), 1, "{text}");
    }
    assert_eq!(expressions.check_code("for (;;) {}"), []);
    let _ = expressions.check_code("}); for (;;) {}; (async function () {");
    assert!(started.elapsed().as_secs() < 5);
}

#[tokio::test]
async fn x3_texts_that_are_deep_or_long_do_not_end_the_application() {
    let expressions = expressions();
    for (open, close) in [("(", ")"), ("[", "]"), ("-", ""), ("a=>", ""), ("`${", "}`"), ("{a:", "}"), ("!", "")] {
        let deep = 100_000;
        let text = format!("={{{{ {}1{} }}}}", open.repeat(deep), close.repeat(deep));
        let _ = expressions.check(&text);
    }
    let long = format!("={{{{ {} }}}}", "$json.a + ".repeat(200_000) + "1");
    let _ = expressions.check(&long);
    let slashes = format!("={{{{ a {} }}}}", "+ / [ ".repeat(200_000));
    let _ = expressions.check(&slashes);
    assert_eq!(expressions.check("={{ 1 + 1 }}"), []);
    works(&expressions).await;
}
