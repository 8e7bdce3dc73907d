//! Any chunking of the same bytes gives the same events; the caps hold; the time is linear.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Instant;

use proptest::prelude::*;

use super::*;

const CAP: usize = 1024 * 1024;

fn decode<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> (Vec<SseEvent>, bool) {
    let mut decoder = SseDecoder::new(CAP);
    let mut events = Vec::new();
    for chunk in chunks {
        if decoder.push(chunk, &mut events).is_err() {
            return (events, true);
        }
    }
    events.extend(decoder.finish().event);
    (events, false)
}

fn data(bytes: &[u8]) -> Vec<String> {
    decode([bytes]).0.into_iter().map(|event| String::from_utf8(event.data).unwrap()).collect()
}

#[test]
fn p3_line_ends_comments_marks_and_multi_line_data() {
    for (bytes, expected) in [
        (&b"data: a\n\ndata: b\n\n"[..], vec!["a", "b"]),
        (b"data: a\r\rdata: b\r\r", vec!["a", "b"]),
        (b"data: a\r\n\r\ndata: b\r\n\r\n", vec!["a", "b"]),
        (b"data: a\r\n\ndata: b\n\r\n", vec!["a", "b"]),
        (b"\xEF\xBB\xBFdata: a\n\n", vec!["a"]),
        (b": keep-alive\n\ndata: a\n: in between\n\n", vec!["a"]),
        (b"data: a\ndata:b\ndata\ndata:  c\n\n", vec!["a\nb\n\n c"]),
        (b"id: 1\nretry: 5\nnonsense\nx: y\ndata: a\n\n", vec!["a"]),
        (b"event: ping\n\ndata:\n\ndata: a\n\n", vec!["a"]),
        (b"data: a\n\n\n\n\ndata: b", vec!["a", "b"]),
        (b"\n\n\xFF\xFE\x00garbage\n\ndata: a\n\n", vec!["a"]),
        (b"", vec![]),
    ] {
        assert_eq!(data(bytes), expected, "{:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn p4_a_character_split_at_every_byte_stays_whole() {
    let stream = "data: ä€😀 e\u{301} \u{1F468}\u{200D}\u{1F469}\n\n".as_bytes();
    let whole = decode([stream]);
    for at in 0..stream.len() {
        assert_eq!(decode([&stream[..at], &stream[at..]]), whole);
    }
    assert_eq!(decode(stream.chunks(1)), whole);
    assert!(!String::from_utf8(whole.0[0].data.clone()).unwrap().contains('\u{FFFD}'));
}

#[test]
fn p7_a_line_or_an_event_beyond_the_cap_is_refused() {
    let endless_line = vec![b'x'; CAP + 1];
    assert!(decode([&endless_line[..]]).1);
    assert!(decode(endless_line.chunks(7)).1);
    let endless_event = b"data: 0123456789\n".repeat(CAP / 10 + 1);
    assert!(decode(endless_event.chunks(4096)).1);
    let endless_comment = [&b":"[..], &endless_line[..]].concat();
    assert!(decode(endless_comment.chunks(4096)).1);
    let many_events = b"data: 0123456789\n\n".repeat(CAP / 10 + 1);
    assert!(!decode(many_events.chunks(4096)).1);
}

#[test]
fn p7_the_time_grows_with_the_length_and_not_faster() {
    let time = |length: usize| {
        let mut line = b"data: ".to_vec();
        line.resize(length, b'x');
        line.extend_from_slice(b"\n\n");
        let once = || {
            let mut decoder = SseDecoder::new(2 * length);
            let mut events = Vec::new();
            let start = Instant::now();
            for chunk in line.chunks(16) {
                decoder.push(chunk, &mut events).unwrap();
            }
            assert_eq!(events.len(), 1);
            start.elapsed()
        };
        (0..5).map(|_| once()).min().unwrap()
    };
    let (short, long) = (time(CAP), time(16 * CAP));
    // 16 times the length; quadratic would be 256 times the time.
    assert!(long < short * 100, "{short:?} and {long:?}");
}

/// Pieces that streams are made of, and pieces that break them.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::sample::select(vec![
            "\n",
            "\r",
            "\r\n",
            "\n\n",
            "data",
            "data:",
            "data: ",
            ":",
            "event: x",
            "\u{FEFF}",
            "ä€😀",
            " "
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..6),
    ]
}

proptest! {
    #[test]
    fn p3_any_chunking_gives_the_same_events(
        pieces in prop::collection::vec(piece(), 0..40),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let bytes = pieces.concat();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.sort_unstable();
        let mut chunks = Vec::new();
        let mut from = 0;
        for cut in cuts {
            chunks.push(&bytes[from..cut]);
            from = cut;
        }
        chunks.push(&bytes[from..]);
        let whole = decode([&bytes[..]]);
        prop_assert_eq!(decode(chunks), whole.clone());
        prop_assert_eq!(decode(bytes.chunks(1)), whole);
    }
}
