// DateTime and Duration: the part of Luxon's interface that workflows use, in English and with the time zones of the IANA
// database, which the host knows (`host.offset(zone, milliseconds)` gives minutes east of UTC, NaN for an unknown zone).
(function (host) {
  "use strict";
  const MONTHS = "January February March April May June July August September October November December".split(" ");
  const DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" ");
  const LENGTHS = { weeks: 604800000, days: 86400000, hours: 3600000, minutes: 60000, seconds: 1000, milliseconds: 1 };
  const UNITS = ["years", "quarters", "months", "weeks", "days", "hours", "minutes", "seconds", "milliseconds"];
  let defaultZone = "UTC";

  const unitOf = (name) => {
    const unit = String(name).toLowerCase().replace(/s?$/, "s");
    if (!UNITS.includes(unit)) throw new Error(`“${name}” is not a unit of time`);
    return unit;
  };
  const pad = (number, length) => (number < 0 ? "-" : "") + String(Math.abs(number)).padStart(length, "0");
  const utc = (year, month, day, hour = 0, minute = 0, second = 0, millisecond = 0) => {
    const date = new Date(0);
    date.setUTCFullYear(year, month - 1, day);
    date.setUTCHours(hour, minute, second, millisecond);
    return date.getTime();
  };
  const daysInMonth = (year, month) => new Date(utc(year, month + 1, 0)).getUTCDate();
  const fixedOffset = (zone) => {
    const match = /^(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?$/i.exec(zone);
    return match ? (match[1] === "-" ? -1 : 1) * (match[2] * 60 + +(match[3] ?? 0)) : undefined;
  };
  const offsetAt = (zone, ms) => {
    if (/^(utc|gmt|z)$/i.test(zone)) return 0;
    return fixedOffset(zone) ?? host.offset(zone, ms);
  };
  // The time at which clocks of the zone show this; of two, the earlier.
  const fromLocal = (local, zone) => {
    const guess = local - offsetAt(zone, local) * 60000;
    const ms = local - offsetAt(zone, guess) * 60000;
    return offsetAt(zone, ms) === offsetAt(zone, guess) ? ms : Math.max(ms, guess);
  };
  const zoneName = (zone) => (zone === undefined || zone === null || zone === "local" || zone === "system"
    ? defaultZone : String(zone.name ?? zone));
  const amounts = (amount, unit) => {
    if (amount instanceof Duration) return amount.values;
    if (typeof amount === "number") return { [unitOf(unit ?? "milliseconds")]: amount };
    const values = {};
    for (const name of Object.keys(amount ?? {})) values[unitOf(name)] = Number(amount[name]);
    return values;
  };

  class Duration {
    constructor(values) { this.values = values; }
    static fromObject(values) { return new Duration(amounts(values)); }
    static fromMillis(milliseconds) { return new Duration({ milliseconds }); }
    static isDuration(value) { return value instanceof Duration; }
    as(unit) { return this.toMillis() / lengthOf(unitOf(unit)); }
    toMillis() { return Object.entries(this.values).reduce((sum, [unit, n]) => sum + n * lengthOf(unit), 0); }
    valueOf() { return this.toMillis(); }
    toObject() { return { ...this.values }; }
    toJSON() { return this.toISO(); }
    toString() { return this.toISO(); }
    toISO() {
      const { years = 0, quarters = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0 } = this.values;
      const seconds = (this.values.seconds ?? 0) + (this.values.milliseconds ?? 0) / 1000;
      const part = (n, letter) => (n ? n + letter : "");
      const date = part(years, "Y") + part(months + quarters * 3, "M") + part(weeks, "W") + part(days, "D");
      const clock = part(hours, "H") + part(minutes, "M") + part(seconds, "S");
      return date || clock ? `P${date}${clock && "T" + clock}` : "PT0S";
    }
  }
  // Calendar units as Luxon counts them without a date: 30 days a month, 365 a year.
  const lengthOf = (unit) => LENGTHS[unit] ?? { months: 30, quarters: 91, years: 365 }[unit] * LENGTHS.days;
  for (const unit of UNITS) {
    Object.defineProperty(Duration.prototype, unit, { get() { return this.values[unit] ?? 0; }, configurable: true });
  }

  class DateTime {
    constructor(ms, zone) {
      this.ts = ms;
      this.zoneName = zone;
      this.offset = Number.isNaN(ms) ? NaN : offsetAt(zone, ms);
      Object.freeze(this);
    }
    static at(ms, zone) { return new DateTime(ms, zoneName(zone)); }
    static now() { return new DateTime(Date.now(), defaultZone); }
    static local(...parts) { return parts.length ? fields(defaultZone, ...parts) : DateTime.now(); }
    static utc(...parts) { return parts.length ? fields("UTC", ...parts) : DateTime.now().toUTC(); }
    static fromMillis(ms, { zone } = {}) { return DateTime.at(Number(ms), zone); }
    static fromSeconds(seconds, { zone } = {}) { return DateTime.at(seconds * 1000, zone); }
    static fromJSDate(date, { zone } = {}) { return DateTime.at(date.getTime(), zone); }
    static fromObject(values, { zone } = {}) {
      const now = DateTime.now().setZone(zoneName(zone));
      return now.startOf("day").set({ month: values.year === undefined ? now.month : 1,
        day: values.year === undefined && values.month === undefined ? now.day : 1, ...values });
    }
    static fromISO(text, options = {}) { return parseIso(String(text), options); }
    static fromSQL(text, options = {}) { return parseIso(String(text).trim().replace(" ", "T"), options); }
    static fromHTTP(text) { return DateTime.at(Date.parse(text), "UTC"); }
    static fromRFC2822(text) { return DateTime.at(Date.parse(text), defaultZone); }
    static fromFormat(text, format, options = {}) { return host.parseFormat(DateTime, String(text), format, options); }
    static isDateTime(value) { return value instanceof DateTime; }
    static max(...times) { return times.reduce((a, b) => (b > a ? b : a)); }
    static min(...times) { return times.reduce((a, b) => (b < a ? b : a)); }

    get #clock() { return new Date(this.ts + this.offset * 60000); }
    get isValid() { return !Number.isNaN(this.offset); }
    get year() { return this.#clock.getUTCFullYear(); }
    get month() { return this.#clock.getUTCMonth() + 1; }
    get day() { return this.#clock.getUTCDate(); }
    get hour() { return this.#clock.getUTCHours(); }
    get minute() { return this.#clock.getUTCMinutes(); }
    get second() { return this.#clock.getUTCSeconds(); }
    get millisecond() { return this.#clock.getUTCMilliseconds(); }
    get quarter() { return Math.ceil(this.month / 3); }
    get weekday() { return this.#clock.getUTCDay() || 7; }
    get ordinal() { return Math.floor((this.ts + this.offset * 60000 - utc(this.year, 1, 1)) / LENGTHS.days) + 1; }
    get weekYear() { return this.plus({ days: 4 - this.weekday }).year; }
    get weekNumber() { return Math.ceil(this.plus({ days: 4 - this.weekday }).ordinal / 7); }
    get daysInMonth() { return daysInMonth(this.year, this.month); }
    get isInLeapYear() { return daysInMonth(this.year, 2) === 29; }
    get monthLong() { return MONTHS[this.month - 1]; }
    get monthShort() { return this.monthLong?.slice(0, 3); }
    get weekdayLong() { return DAYS[this.weekday - 1]; }
    get weekdayShort() { return this.weekdayLong?.slice(0, 3); }

    set(values) {
      const get = (name) => {
        const value = values[name] ?? values[name + "s"];
        return value === undefined ? this[name] : Number(value);
      };
      const [year, month] = [get("year"), get("month")];
      const given = values.day ?? values.days;
      let day = given === undefined ? Math.min(this.day, daysInMonth(year, month)) : Number(given);
      if (values.weekday !== undefined) day += values.weekday - this.weekday;
      const monthAndDay = values.ordinal === undefined ? [month, day] : [1, Number(values.ordinal)];
      const local = utc(year, ...monthAndDay, get("hour"), get("minute"), get("second"), get("millisecond"));
      return new DateTime(fromLocal(local, this.zoneName), this.zoneName);
    }
    plus(amount, unit) { return this.#moved(amounts(amount, unit), 1); }
    minus(amount, unit) { return this.#moved(amounts(amount, unit), -1); }
    #moved(values, sign) {
      const n = (unit) => sign * (values[unit] ?? 0);
      const months = n("years") * 12 + n("quarters") * 3 + n("months");
      const days = n("weeks") * 7 + n("days");
      let moved = this;
      if (months || days) {
        const index = this.year * 12 + this.month - 1 + Math.trunc(months);
        const [year, month] = [Math.floor(index / 12), (((index % 12) + 12) % 12) + 1];
        const day = Math.min(this.day, daysInMonth(year, month)) + Math.trunc(days);
        moved = this.set({ year, month, day });
      }
      const rest = (days % 1) * LENGTHS.days + n("hours") * LENGTHS.hours + n("minutes") * LENGTHS.minutes +
        n("seconds") * 1000 + n("milliseconds");
      return rest ? new DateTime(moved.ts + rest, this.zoneName) : moved;
    }
    startOf(name) {
      const unit = unitOf(name);
      if (unit === "weeks") return this.minus({ days: this.weekday - 1 }).startOf("day");
      const values = {};
      if (unit === "quarters") values.month = (this.quarter - 1) * 3 + 1;
      const lower = [["month", "years"], ["day", "months"], ["hour", "days"], ["minute", "hours"],
        ["second", "minutes"], ["millisecond", "seconds"]];
      for (const [field, above] of lower) {
        if (UNITS.indexOf(unit) <= UNITS.indexOf(above)) values[field] ??= field === "month" || field === "day" ? 1 : 0;
      }
      return this.set(values);
    }
    endOf(name) { return this.startOf(name).plus({ [unitOf(name)]: 1 }).minus(1); }
    diff(other, unit = "milliseconds") {
      const to = DateTime.from(other);
      const units = [unit].flat().map(unitOf).sort((a, b) => UNITS.indexOf(a) - UNITS.indexOf(b));
      const sign = this.ts < to.ts ? -1 : 1;
      let [at, end] = sign < 0 ? [this, to] : [to, this];
      const values = {};
      units.forEach((unit, index) => {
        let count = Math.floor((end.ts - at.ts) / lengthOf(unit));
        while (at.plus({ [unit]: count }).ts > end.ts) count--;
        while (at.plus({ [unit]: count + 1 }).ts <= end.ts) count++;
        at = at.plus({ [unit]: count });
        if (index === units.length - 1) count += (end.ts - at.ts) / (at.plus({ [unit]: 1 }).ts - at.ts);
        values[unit] = sign * count;
      });
      return new Duration(values);
    }
    diffNow(unit) { return this.diff(DateTime.now(), unit); }
    diffTo(other, unit = "days") { return DateTime.from(other).diff(this, unit).values[unitOf(unit)]; }
    diffToNow(unit = "days") { return DateTime.now().diff(this, unit).values[unitOf(unit)]; }
    hasSame(other, unit) { return +this.startOf(unit) === +DateTime.from(other).setZone(this.zoneName).startOf(unit); }
    equals(other) { return other instanceof DateTime && other.ts === this.ts && other.zoneName === this.zoneName; }
    setZone(zone) { return DateTime.at(this.ts, zone); }
    toUTC() { return new DateTime(this.ts, "UTC"); }
    toLocal() { return this.setZone(defaultZone); }
    setLocale() { return this; }
    valueOf() { return this.ts; }
    toMillis() { return this.ts; }
    toSeconds() { return this.ts / 1000; }
    toUnixInteger() { return Math.floor(this.ts / 1000); }
    toJSDate() { return new Date(this.ts); }
    toObject() {
      const { year, month, day, hour, minute, second, millisecond } = this;
      return { year, month, day, hour, minute, second, millisecond };
    }
    toISODate() { return this.isValid ? this.toISO().split("T")[0] : null; }
    toISOTime() { return this.isValid ? this.toISO().split("T")[1] : null; }
    toISO() { return this.isValid ? this.#clock.toISOString().slice(0, -1) + this.#suffix() : null; }
    #suffix() { return /^(utc|gmt|z)$/i.test(this.zoneName) ? "Z" : this.toFormat("ZZ"); }
    toSQL() { return this.toFormat("yyyy-MM-dd HH:mm:ss.SSS ZZ"); }
    toHTTP() { return this.toUTC().toFormat("EEE, dd MMM yyyy HH:mm:ss 'GMT'"); }
    toRFC2822() { return this.toFormat("EEE, dd MMM yyyy HH:mm:ss ZZZ"); }
    toLocaleString() { return this.toFormat("M/d/yyyy"); }
    toString() { return this.isValid ? this.toISO() : "Invalid DateTime"; }
    toJSON() { return this.toISO(); }
    toFormat(format) { return this.isValid ? host.format(this, String(format)) : "Invalid DateTime"; }
    static from(value) {
      if (value instanceof DateTime) return value;
      if (value instanceof Date) return DateTime.fromJSDate(value);
      return typeof value === "number" ? DateTime.fromMillis(value) : DateTime.fromISO(value);
    }
  }

  const fields = (zone, year, month = 1, day = 1, ...clock) =>
    new DateTime(fromLocal(utc(year, month, day, ...clock.slice(0, 4)), zone), zone);
  const ISO = /^([+-]\d{6}|\d{4})(?:-?(\d\d)(?:-?(\d\d))?)?(?:T(\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/i;
  const parseIso = (text, { zone, setZone } = {}) => {
    const match = ISO.exec(text.trim());
    if (!match) return DateTime.at(NaN, zone);
    const [, year, month = 1, day = 1, hour = 0, minute = 0, second = 0, fraction = "0", suffix] = match;
    const ms = Math.trunc(Number(`0.${fraction}`) * 1000);
    if (month < 1 || month > 12 || day < 1 || day > daysInMonth(+year, +month) || hour > 24 || minute > 59 || second > 59) {
      return DateTime.at(NaN, zone);
    }
    const local = utc(+year, +month, +day, +hour, +minute, +second, ms);
    const written = suffix === undefined ? zoneName(zone) : /z/i.test(suffix) ? "UTC" : `UTC${suffix}`;
    const at = fromLocal(local, written);
    return DateTime.at(at, setZone ? written : zone);
  };

  return {
    DateTime,
    Duration,
    MONTHS,
    DAYS,
    pad,
    at: (ms, zone) => new DateTime(ms, zone),
    setDefaultZone(zone) { defaultZone = zone; },
  };
})
