//! The binary format of `numeric`: groups of four decimal digits (`numeric_send` in PostgreSQL's `numeric.c`).

type Failure = Box<dyn std::error::Error + Sync + Send>;

/// A `numeric` as decimal text, exactly as the server would write it.
///
/// # Errors
/// When the bytes are not of that format.
pub fn numeric(raw: &[u8]) -> Result<String, Failure> {
    let words: Vec<u16> =
        raw.chunks_exact(2).map(|pair| pair.iter().fold(0, |word, byte| (word << 8) | u16::from(*byte))).collect();
    let [count, weight, sign, scale, groups @ ..] = words.as_slice() else {
        return Err("the server sent half a number".into());
    };
    let negative = match sign {
        0x0000 => "",
        0x4000 => "-",
        0xC000 => return Ok("NaN".to_owned()),
        0xD000 => return Ok("Infinity".to_owned()),
        0xF000 => return Ok("-Infinity".to_owned()),
        _ => return Err("the server sent a number with an unknown sign".into()),
    };
    if groups.len() != usize::from(*count) {
        return Err("the server sent half a number".into());
    }
    // Place of the first group: how many groups stand before the point, less one.
    let weight = i32::from(weight.cast_signed());
    let group = |place: i32| -> u16 {
        usize::try_from(weight - place).ok().and_then(|index| groups.get(index)).copied().unwrap_or(0)
    };
    let mut text = (0..=weight.max(0)).rev().fold(String::new(), |text, place| text + &format!("{:04}", group(place)));
    let first = text.find(|digit| digit != '0').unwrap_or(text.len() - 1);
    text.drain(..first);
    if *scale > 0 {
        let scale = usize::from(*scale);
        let places = i32::try_from(scale.div_ceil(4))?;
        let fraction = (1..=places).fold(String::new(), |text, place| text + &format!("{:04}", group(-place)));
        text.push('.');
        text.extend(fraction.chars().take(scale));
    }
    Ok(format!("{negative}{text}"))
}
