//! Expressions that are JavaScript.

use bridge_domain::Evaluate;
use serde_json::{Value, json};

use crate::support::{expressions, table, value_of};

#[tokio::test]
async fn the_language() {
    table(vec![
        ("={{ $json.n + 1 }}", json!(8)),
        ("={{ $json.price * 2 }}", json!(5)),
        ("={{ $json.n > 5 ? 'many' : 'few' }}", json!("many")),
        ("={{ $json.missing ?? 'default' }}", json!("default")),
        ("={{ $json.missing || $json.name }}", json!("Ada Lovelace")),
        ("={{ $json.missing?.a.b.c }}", Value::Null),
        ("={{ $json.name.split(' ')[1] }}", json!("Lovelace")),
        ("={{ $json.name.toUpperCase() }}", json!("ADA LOVELACE")),
        ("={{ $json.list.map(x => x * 2) }}", json!([2, 4, 6])),
        ("={{ $json.people.find(p => p.age > 3).name }}", json!("Cy")),
        ("={{ Object.keys($json.nested) }}", json!(["a"])),
        ("={{ JSON.stringify($json.list) }}", json!("[1,2,3]")),
        ("={{ JSON.parse('{\"a\": [1]}').a[0] }}", json!(1)),
        ("={{ `Hello ${$json.name}` }}", json!("Hello Ada Lovelace")),
        ("={{ Math.max(...$json.list) }}", json!(3)),
        ("={{ new Date('2026-01-02T03:04:05Z') }}", json!("2026-01-02T03:04:05.000Z")),
        ("={{ new Date('2026-01-02T03:04:05Z').getTime() }}", json!(1_767_323_045_000_i64)),
        ("={{ /l(.)/.exec($json.name.toLowerCase())[1] }}", json!("o")),
        ("={{ $json.name.replace(/a/gi, '*') }}", json!("*d* Lovel*ce")),
        ("={{ typeof $json.n }}", json!("number")),
        ("={{ 0/0 }}", Value::Null),
        ("={{ 10n ** 20n }}", json!("100000000000000000000")),
        ("={{ {a: 1n} }}", json!({"a": "1"})),
        ("={{ (() => { let s = 0; for (const x of $json.list) s += x; return s; })() }}", json!(6)),
        ("={{ function () {} }}", Value::Null),
        ("={{ Symbol('x') }}", Value::Null),
        ("={{ void 0 }}", Value::Null),
        ("={{ 'a\\ud800b' + '' }}", json!("a\u{fffd}b")),
        ("={{ ['\\udc00'] }}", json!(["\u{fffd}"])),
        ("={{ encodeURIComponent('a b&c') }}", json!("a%20b%26c")),
        ("={{ parseInt('12px') }}", json!(12)),
        ("={{ Array.from({length: 3}, (_, i) => i) }}", json!([0, 1, 2])),
        ("={{ new Set([1, 1, 2]).size }}", json!(2)),
        ("={{ Object.entries({a: 1}).flat() }}", json!(["a", 1])),
        ("={{ console.log('dropped') }}", Value::Null),
        ("={{ this }}", Value::Null),
    ])
    .await;
}

#[tokio::test]
async fn names_of_the_workflow() {
    table(vec![
        ("={{ $('Set').item.json.n + 1 }}", json!(2)),
        ("={{ $('S' + 'et').first().json.name }}", json!("first")),
        ("={{ ['Set'].map(name => $(name).last().json.n)[0] }}", json!(2)),
        ("={{ $('Set').all().map(i => i.json.n) }}", json!([1, 2])),
        ("={{ $('Set').all(1).length }}", json!(1)),
        ("={{ $('Set').all(-1).length }}", json!(0)),
        ("={{ $('Set').itemMatching(0).json.name + '' }}", json!("first")),
        ("={{ $('Set').isExecuted }}", json!(true)),
        ("={{ $('Later').isExecuted }}", json!(false)),
        ("={{ $('Later').isExecuted ? $('Later').item.json.a : 'skipped' }}", json!("skipped")),
        ("={{ $node['Set'].json.n + 1 }}", json!(2)),
        ("={{ $items('Set').length + 0 }}", json!(2)),
        ("={{ $items().length + 0 }}", json!(1)),
        ("={{ $input.item.json.n + 0 }}", json!(7)),
        ("={{ $input.first().json.n + $input.last().json.n + $input.all().length }}", json!(15)),
        ("={{ $workflow.name + $execution.mode + $runIndex + $itemIndex }}", json!("Orderstest30")),
        ("={{ $prevNode.name + $prevNode.outputIndex + $prevNode.runIndex }}", json!("Set02")),
        ("={{ $input.params.mode + $input.params['json'] }}", json!("raw={{ $json.x }}")),
        ("={{ Object.keys($('Later').params) }}", json!(["url"])),
        ("={{ $node['Set'].params.mode + '' }}", json!("raw")),
        ("={{ $vars.limits.max + 1 }}", json!(6)),
        ("={{ Object.keys($env).length }}", json!(0)),
        ("={{ $if($json.n > 5, 'a', 'b') }}", json!("a")),
        (
            "={{ $ifEmpty($json.empty, 'x') + $ifEmpty($json.n, 'y') + $ifEmpty([], 'z') + $ifEmpty({}, 'w') }}",
            json!("x7zw"),
        ),
        ("={{ $max(1, 5, 3) - $min(4, 2) }}", json!(3)),
        ("={{ $jmespath($json.people, '[?age > `3`].name') }}", json!(["Cy"])),
        ("={{ $jmespath($json, 'nested.a.b[0].\"c d\"') }}", json!("deep")),
        ("={{ $jmespath($json.people, 'max_by(@, &age).name') }}", json!("Cy")),
        ("={{ $jmespath($json, 'nope.nope') }}", Value::Null),
    ])
    .await;
}

#[tokio::test]
async fn methods_of_texts_and_numbers() {
    table(vec![
        ("={{ $json.empty.isEmpty() }}", json!(true)),
        ("={{ $json.name.isNotEmpty() }}", json!(true)),
        ("={{ '12.5'.toNumber() + 1 }}", json!(13.5)),
        ("={{ '12px'.toInt() }}", json!(12)),
        ("={{ '1.5'.toFloat() }}", json!(1.5)),
        ("={{ 'no'.toBoolean() || 'false'.toBoolean() || '0'.toBoolean() }}", json!(false)),
        ("={{ 'hello wORLD'.toTitleCase() }}", json!("Hello World")),
        ("={{ 'HELLO. wORLD'.toSentenceCase() }}", json!("Hello. World")),
        ("={{ 'Hello big World'.toSnakeCase() }}", json!("hello_big_world")),
        ("={{ 'hello big-World'.toCamelCase() }}", json!("helloBigWorld")),
        ("={{ $json.mail.extractEmail() }}", json!("ada@example.org")),
        ("={{ 'see https://a.example/b?c=d now'.extractUrl() }}", json!("https://a.example/b?c=d")),
        ("={{ 'https://www.example.org/a'.extractDomain() }}", json!("www.example.org")),
        ("={{ 'ada@example.org'.extractDomain() }}", json!("example.org")),
        ("={{ 'ada@example.org'.isEmail() && !$json.mail.isEmail() }}", json!(true)),
        ("={{ 'https://a.example'.isUrl() && '5e3'.isNumeric() && !'x'.isNumeric() }}", json!(true)),
        ("={{ $json.html.removeTags() }}", json!("hi")),
        ("={{ '# A [b](c) *d*'.removeMarkdown() }}", json!("A b d")),
        ("={{ 'a b'.urlEncode() + '%20'.urlDecode() }}", json!("a%20b ")),
        ("={{ '{\"a\":1}'.parseJson().a }}", json!(1)),
        ("={{ 'say \"x\"'.quote() }}", json!("\"say \\\"x\\\"\"")),
        ("={{ 'é😀'.base64Encode() }}", json!("w6nwn5iA")),
        ("={{ 'w6nwn5iA'.base64Decode() }}", json!("é😀")),
        ("={{ ['', 'a', 'ab', 'abc'].map(x => x.base64Encode()).join() }}", json!(",YQ==,YWI=,YWJj")),
        ("={{ (1.005).round(2) }}", json!(1.01)),
        ("={{ (2.5).round() + (2.4).ceil() + (2.6).floor() + (-2).abs() }}", json!(10)),
        ("={{ (3).isOdd() && (4).isEven() && (4).isInteger() }}", json!(true)),
        ("={{ (1234567.891).format() }}", json!("1,234,567.891")),
        ("={{ true.toInt() + false.toNumber() }}", json!(1)),
    ])
    .await;
}

#[tokio::test]
async fn addresses() {
    table(vec![
        (
            "={{ (u => [u.protocol, u.host, u.port, u.pathname, u.search, u.hash, u.origin])(new URL('HTTPS://Ä.example:8443/a b/../c?x=1&y=2#z')) }}",
            json!(["https:", "xn--4ca.example:8443", "8443", "/c", "?x=1&y=2", "#z", "https://xn--4ca.example:8443"]),
        ),
        ("={{ new URL('../d?e', 'https://a.example:443/b/c/').href }}", json!("https://a.example/b/d?e")),
        ("={{ new URL('https://u:p@a.example').username + new URL('https://a.example').port }}", json!("u")),
        ("={{ new URL('https://a.example/?q=a+b%26c&q=2').searchParams.getAll('q') }}", json!(["a b&c", "2"])),
        (
            "={{ (u => { u.searchParams.set('q', 'é & ü'); u.searchParams.append('n', 1); return '' + u })(new URL('https://a.example/p?q=0#h')) }}",
            json!("https://a.example/p?q=%C3%A9+%26+%C3%BC&n=1#h"),
        ),
        ("={{ (u => { u.searchParams.delete('q'); return u.href })(new URL('https://a.example/p?q=0')) }}", json!("https://a.example/p")),
        ("={{ (u => { u.searchParams; return u.href })(new URL('https://a.example/?a=%20')) }}", json!("https://a.example/?a=%20")),
        ("={{ new URLSearchParams({a: 1, b: 'x y'}).toString() }}", json!("a=1&b=x+y")),
        ("={{ [...new URLSearchParams('?a=1&b&=c&d=%E4')].map(p => p.join(':')) }}", json!(["a:1", "b:", ":c", "d:%E4"])),
        ("={{ Object.fromEntries(new URLSearchParams([['a', 1], ['b', 2]])) }}", json!({"a": "1", "b": "2"})),
        ("={{ [URL.canParse('https://a.example'), URL.canParse('a'), URL.canParse('a', 'b')] }}", json!([true, false, false])),
        ("={{ {u: new URL('https://a.example')} }}", json!({"u": "https://a.example/"})),
        ("={{ [btoa('abc'), atob('YWJj')] }}", json!(["YWJj", "abc"])),
    ])
    .await;
    let expressions = crate::support::expressions();
    for (text, part, hint) in [
        ("={{ new URL('no address?key=secret') }}", "is not one", ""),
        ("={{ (u => { u.pathname = '/x'; return u })(new URL('https://a.example')) }}", "does not change", ""),
        ("={{ setTimeout(() => 1, 5) }}", "setTimeout is not defined", "wait node"),
        ("={{ fetch('https://a.example') }}", "fetch is not defined", "HTTP request node"),
    ] {
        let error = crate::support::fails(&expressions, text).await.error;
        assert!(error.message.contains(part) && !error.message.contains("secret"), "{text}: {}", error.message);
        assert!(error.hint.contains(hint), "{text}: {}", error.hint);
    }
}

#[tokio::test]
async fn methods_of_lists_and_objects() {
    table(vec![
        ("={{ $json.list.first() + $json.list.last() }}", json!(4)),
        ("={{ $json.list.sum() }}", json!(6)),
        ("={{ $json.list.average() }}", json!(2)),
        ("={{ $json.list.max() - $json.list.min() }}", json!(2)),
        ("={{ [1, 1, '1', {a: 1}, {a: 1}].unique() }}", json!([1, "1", {"a": 1}])),
        ("={{ [{a: 1, b: 1}, {a: 1, b: 2}].removeDuplicates('a') }}", json!([{"a": 1, "b": 1}])),
        ("={{ [1, null, '', 2].compact() }}", json!([1, 2])),
        ("={{ [1, 2, 3].chunk(2) }}", json!([[1, 2], [3]])),
        ("={{ $json.people.pluck('name') }}", json!(["Bo", "Cy"])),
        ("={{ [1, 2].append(3) }}", json!([1, 2, 3])),
        ("={{ [1, 2].union([2, 3]) }}", json!([1, 2, 3])),
        ("={{ [1, 2].intersection([2, 3]) }}", json!([2])),
        ("={{ [1, 2].difference([2, 3]) }}", json!([1])),
        ("={{ $json.people.smartJoin('name', 'age') }}", json!({"Bo": 3, "Cy": 4})),
        ("={{ [].isEmpty() && [1].isNotEmpty() && ({}).isEmpty() }}", json!(true)),
        ("={{ $json.nested.hasField('a') && !$json.nested.hasField('b') }}", json!(true)),
        ("={{ ({a: 1, b: 2}).removeField('a') }}", json!({"b": 2})),
        ("={{ [1].toJsonString() }}", json!("[1]")),
        ("={{ Object.keys($json.people[0]) }}", json!(["name", "age"])),
        ("={{ (() => { const k = []; for (const x in [1]) k.push(x); return k })() }}", json!(["0"])),
    ])
    .await;
}

#[tokio::test]
async fn what_is_not_here_says_what_to_write_instead() {
    let expressions = expressions();
    for (name, hint) in [
        ("$parameter.url", "read it from $json"),
        ("$secrets.vault.key", "credential"),
        ("$fromAI('x')", "model node"),
        ("$getWorkflowStaticData('global').last", "data table"),
        ("$nodeVersion", "no versions"),
        ("$resumeWebhookUrl", "by a webhook"),
        ("$response.body", "HTTP request node"),
        ("$executionId", "$execution.id"),
        ("$position + 1", "$itemIndex"),
        ("Interval.fromISO('')", "isBetween"),
    ] {
        let text = format!("={{{{ {name} }}}}");
        let said = name.split(['.', '(', ' ']).next().unwrap();
        let error = value_of(&expressions, &text).await.expect_err(name).error;
        assert!(error.message.contains(&format!("{said} is not here")), "{error:?}");
        assert!(error.hint.contains(hint), "{error:?}");
        let problems = expressions.check(&text);
        assert!(matches!(problems.as_slice(), [problem] if problem.message.contains(hint)), "{problems:?}");
    }
    for (text, hint) in [
        ("={{ $execution.resumeUrl }}", "webhook"),
        ("={{ $execution.customData.set('a', 1) }}", "data table"),
        ("={{ $input.context.noItemsLeft }}", "loop ends by itself"),
        ("={{ $('Set').context['noItemsLeft'] }}", "loop ends by itself"),
        ("={{ 'a'.hash('md5') }}", "Crypto node"),
        ("={{ [{a: 1}].merge([{b: 2}]) }}", "Object.assign"),
    ] {
        let error = value_of(&expressions, text).await.expect_err(text).error;
        assert!(error.message.contains("is not here") && error.hint.contains(hint), "{error:?}");
    }
    assert_eq!(value_of(&expressions, "={{ [1].map($data => $data + 1)[0] }}").await.unwrap(), json!(2));
    assert_eq!(value_of(&expressions, "={{ $json.$mode ?? 'a.$mode' }}").await.unwrap(), json!("a.$mode"));
    assert!(expressions.check("={{ $json.$mode + 'x.$mode' }}").is_empty());
}

#[tokio::test]
async fn methods_that_workflows_of_other_tools_use() {
    table(vec![
        ("={{ 'https://a.example/b/c?d#e'.extractUrlPath() }}", json!("/b/c")),
        ("={{ 'https://a.example'.extractUrlPath() + ('x'.extractUrlPath() ?? '-') }}", json!("/-")),
        ("={{ 'Crème brûlée in Straße'.replaceSpecialChars() }}", json!("Creme brulee in Strasse")),
        ("={{ 'a\"b'.toJsonString() + (5).toJsonString() + true.toJsonString() }}", json!("\"a\\\"b\"5true")),
        ("={{ (0).isNotEmpty() && false.isNotEmpty() }}", json!(true)),
        ("={{ (1e15).toDateTime('us').toMillis() + (1).toDateTime('s').toMillis() }}", json!(1_000_000_001_000_u64)),
        ("={{ (45658.5).toDateTime('excel').toUTC().toISO() }}", json!("2025-01-01T12:00:00.000Z")),
        ("={{ [{a: 1, b: 2}].renameKeys('a', 'c', 'b', 'd') }}", json!([{"c": 1, "d": 2}])),
        ("={{ [7].randomItem() }}", json!(7)),
        ("={{ ({a: 1, b: null, c: '', d: 0}).compact() }}", json!({"a": 1, "d": 0})),
        ("={{ ({a: 'xyz', b: 'q'}).keepFieldsContaining('y') }}", json!({"a": "xyz"})),
        ("={{ ({a: 'xyz', b: 'q'}).removeFieldsContaining('y') }}", json!({"b": "q"})),
        ("={{ ({a: 'x y', b: 1}).urlEncode() }}", json!("a=x%20y&b=1")),
        ("={{ DateTime.now().minus({hours: 3, minutes: 5}).toRelative() }}", json!("3 hours ago")),
        ("={{ DateTime.now().plus({days: 1, minutes: 5}).toRelative() }}", json!("in 1 day")),
    ])
    .await;
}
