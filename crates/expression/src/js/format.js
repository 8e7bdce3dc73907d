// Writing and reading times by a format of letters, such as `yyyy-MM-dd HH:mm`: Luxon's tokens, in English.
(function (host, time) {
  "use strict";
  const { MONTHS, DAYS, pad } = time;
  const short = (name) => name.slice(0, 3);
  const zone = (time, separator, full) => {
    const size = Math.abs(time.offset);
    const [hours, minutes] = [Math.floor(size / 60), size % 60];
    const sign = time.offset < 0 ? "-" : "+";
    return sign + (full ? pad(hours, 2) + separator + pad(minutes, 2) : hours + (minutes ? `:${pad(minutes, 2)}` : ""));
  };
  const hour12 = (time) => time.hour % 12 || 12;
  const writers = {
    yyyy: (t) => pad(t.year, 4), yy: (t) => pad(t.year % 100, 2), y: (t) => t.year,
    kkkk: (t) => pad(t.weekYear, 4), kk: (t) => pad(t.weekYear % 100, 2),
    MMMM: (t) => t.monthLong, MMM: (t) => t.monthShort, MM: (t) => pad(t.month, 2), M: (t) => t.month,
    LLLL: (t) => t.monthLong, LLL: (t) => t.monthShort, LL: (t) => pad(t.month, 2), L: (t) => t.month,
    dd: (t) => pad(t.day, 2), d: (t) => t.day, ooo: (t) => pad(t.ordinal, 3), o: (t) => t.ordinal,
    EEEE: (t) => t.weekdayLong, EEE: (t) => t.weekdayShort, E: (t) => t.weekday,
    cccc: (t) => t.weekdayLong, ccc: (t) => t.weekdayShort, c: (t) => t.weekday,
    HH: (t) => pad(t.hour, 2), H: (t) => t.hour, hh: (t) => pad(hour12(t), 2), h: hour12,
    mm: (t) => pad(t.minute, 2), m: (t) => t.minute, ss: (t) => pad(t.second, 2), s: (t) => t.second,
    SSS: (t) => pad(t.millisecond, 3), S: (t) => t.millisecond, u: (t) => pad(t.millisecond, 3),
    a: (t) => (t.hour < 12 ? "AM" : "PM"), WW: (t) => pad(t.weekNumber, 2), W: (t) => t.weekNumber,
    q: (t) => t.quarter, qq: (t) => pad(t.quarter, 2), X: (t) => t.toUnixInteger(), x: (t) => t.toMillis(),
    Z: (t) => zone(t, ":", false), ZZ: (t) => zone(t, ":", true), ZZZ: (t) => zone(t, "", true),
    z: (t) => t.zoneName,
    D: (t) => t.toFormat("M/d/yyyy"), DD: (t) => t.toFormat("MMM d, yyyy"), DDD: (t) => t.toFormat("MMMM d, yyyy"),
    t: (t) => t.toFormat("h:mm a"), tt: (t) => t.toFormat("h:mm:ss a"), T: (t) => t.toFormat("HH:mm"),
    TT: (t) => t.toFormat("HH:mm:ss"), f: (t) => t.toFormat("M/d/yyyy, h:mm a"),
    ff: (t) => t.toFormat("MMM d, yyyy, h:mm a"), F: (t) => t.toFormat("M/d/yyyy, h:mm:ss a"),
  };
  // Text in single quotes is literal; a run of one letter is a token.
  const pieces = (format) => format.match(/'[^']*'|([A-Za-z])\1*|[^A-Za-z']+|'/g) ?? [];
  const isToken = (piece) => Object.hasOwn(writers, piece);
  const literal = (piece) => (piece.length > 1 && piece[0] === "'" ? piece.slice(1, -1) : piece);
  host.format = (time, format) =>
    pieces(format).map((piece) => (isToken(piece) ? writers[piece](time) : literal(piece))).join("");

  const digits = (name, most) => [`\\d{1,${most}}`, (values, text) => { values[name] = +text; }];
  const exactly = (name, count) => [`\\d{${count}}`, (values, text) => { values[name] = +text; }];
  const named = (name, names) => [names.join("|"), (values, text) => {
    values[name] = names.findIndex((entry) => entry.toLowerCase() === text.toLowerCase()) + 1;
  }];
  const ignored = (names) => [names.join("|"), () => {}];
  const readers = {
    yyyy: exactly("year", 4), y: digits("year", 6),
    yy: ["\\d{2}", (values, text) => { values.year = +text + (+text > 60 ? 1900 : 2000); }],
    MMMM: named("month", MONTHS), MMM: named("month", MONTHS.map(short)), MM: exactly("month", 2), M: digits("month", 2),
    LLLL: named("month", MONTHS), LLL: named("month", MONTHS.map(short)), LL: exactly("month", 2), L: digits("month", 2),
    dd: exactly("day", 2), d: digits("day", 2), EEEE: ignored(DAYS), EEE: ignored(DAYS.map(short)),
    cccc: ignored(DAYS), ccc: ignored(DAYS.map(short)),
    HH: exactly("hour", 2), H: digits("hour", 2), hh: exactly("hour", 2), h: digits("hour", 2),
    mm: exactly("minute", 2), m: digits("minute", 2), ss: exactly("second", 2), s: digits("second", 2),
    SSS: exactly("millisecond", 3), S: digits("millisecond", 3),
    a: ["AM|PM", (values, text) => { values.half = text.toUpperCase(); }],
    Z: ["Z|[+-]\\d\\d?(?::?\\d\\d)?", (values, text) => { values.zone = /z/i.test(text) ? "UTC" : `UTC${text}`; }],
    X: ["-?\\d+", (values, text) => { values.ms = text * 1000; }],
    x: ["-?\\d+", (values, text) => { values.ms = +text; }],
  };
  readers.ZZ = readers.ZZZ = readers.Z;
  const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  host.parseFormat = (DateTime, text, format, { zone } = {}) => {
    const taken = [];
    const pattern = pieces(format).map((piece) => {
      if (!Object.hasOwn(readers, piece)) {
        if (isToken(piece)) throw new Error(`Times cannot be read by the token “${piece}”`);
        return escape(literal(piece));
      }
      taken.push(readers[piece][1]);
      return `(${readers[piece][0]})`;
    });
    const match = new RegExp(`^${pattern.join("")}$`, "i").exec(text);
    if (!match) return DateTime.fromMillis(NaN, { zone });
    const values = {};
    taken.forEach((take, at) => take(values, match[at + 1]));
    const { half, ms, zone: written, ...rest } = values;
    if (ms !== undefined) return DateTime.fromMillis(ms, { zone });
    if (half !== undefined) rest.hour = ((rest.hour ?? 0) % 12) + (half === "PM" ? 12 : 0);
    const time = DateTime.fromObject(rest, { zone: written ?? zone });
    const kept = Object.keys(rest).every((name) => time[name] === rest[name]);
    if (!kept) return DateTime.fromMillis(NaN, { zone });
    return written ? time.setZone(zone) : time;
  };
})
