//! Reading an answer while it arrives, beside parsing everything again at each piece.

use std::hint::black_box;

use bridge_assistant::reader::{Piece, Reader};
use serde_json::{Value, json};

use crate::Failure;
use crate::answer::{of_length, pieces};
use crate::rounds::interleave;

/// Length of a long answer, in bytes.
const LENGTH: usize = 44 * 1024;
/// How much longer the second one is.
const FACTOR: usize = 16;

/// Times of one whole answer each, in milliseconds.
pub fn measure() -> Result<Value, Failure> {
    let (short, long) = (of_length(LENGTH), of_length(LENGTH * FACTOR));
    let (short_pieces, long_pieces) = (pieces(&short), pieces(&long));
    let wanted = serde_json::from_str::<Value>(&short)?["actions"].as_array().map_or(0, Vec::len);
    let found = read(&short_pieces).iter().filter(|piece| matches!(piece, Piece::Element(_))).count();
    if wanted != found || wanted == 0 {
        return Err(format!("the reader found {found} of {wanted} actions: nothing to measure").into());
    }
    // The short one as often as the long one is longer, so that interruptions meet both alike.
    let mut read_short = || (0..FACTOR).for_each(|_| drop(black_box(read(&short_pieces))));
    let mut read_long = || drop(black_box(read(&long_pieces)));
    let [shorts, reader_long] = interleave(30, [&mut read_short, &mut read_long]);
    let reader_short: Vec<f64> = shorts.iter().map(|time| time / FACTOR as f64).collect();
    let [reader_beside, reparse] =
        interleave(5, [&mut || drop(black_box(read(&short_pieces))), &mut || parse_again(&short_pieces)]);
    Ok(json!({
        "bytes": { "short": short.len(), "long": long.len() },
        "readerShort": reader_short, "readerLong": reader_long,
        "readerBeside": reader_beside, "reparse": reparse,
    }))
}

fn read(pieces: &[&str]) -> Vec<Piece> {
    let mut reader = Reader::default();
    pieces.iter().flat_map(|piece| reader.push(piece)).collect()
}

/// What is written when nothing reads partial JSON: at each piece, parse all there is and see whether it is whole.
fn parse_again(pieces: &[&str]) {
    let mut text = String::new();
    for piece in pieces {
        text.push_str(piece);
        let _ = black_box(serde_json::from_str::<Value>(&text));
    }
}
