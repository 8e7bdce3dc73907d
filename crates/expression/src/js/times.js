// Times, loaded when they are first needed: most expressions know none. And the methods that n8n's expressions add to them.
(function (host) {
  "use strict";
  const { defineProperty, hasOwn, keys } = Object;
  let loaded;
  let zone = "UTC";

  const time = () => {
    if (loaded === undefined) {
      const [datetime, format] = host.times();
      const made = datetime(host);
      format(host, made);
      made.setDefaultZone(zone);
      add(made.DateTime.prototype, times);
      loaded = made;
    }
    return loaded;
  };
  const from = (value) => time().DateTime.from(value);
  // Not enumerable, so that they never show up in loops or results.
  const add = (prototype, methods) => {
    for (const name of keys(methods)) {
      if (hasOwn(prototype, name)) continue;
      defineProperty(prototype, name, { value: methods[name], configurable: true, writable: true });
    }
  };

  const times = {
    toDateTime() { return from(this); },
    format(format) { return from(this).toFormat(format); },
    beginningOf(unit = "week") { return from(this).startOf(unit); },
    endOfMonth() { return from(this).endOf("month"); },
    extract(part = "week") {
      const self = from(this);
      return { week: self.weekNumber, dayOfYear: self.ordinal, yearDayNumber: self.ordinal, weekday: self.weekday }[part] ??
        self[String(part).replace(/s$/, "")];
    },
    isBetween(a, b) {
      const [low, high] = [+from(a), +from(b)].sort((x, y) => x - y);
      return +this > low && +this < high;
    },
    isInLast(n, unit = "minutes") {
      const now = time().DateTime.now();
      return +this >= +now.minus(n, unit) && +this <= +now;
    },
    isWeekend() { return from(this).weekday > 5; },
    toRelative() {
      const [self, now] = [from(this), time().DateTime.now()];
      const units = ["year", "month", "day", "hour", "minute", "second"];
      const count = (unit) => Math.abs(Math.trunc(now.diffTo(self, unit)));
      const unit = units.find((unit) => count(unit) > 0) ?? "second";
      const text = `${count(unit)} ${unit}${count(unit) === 1 ? "" : "s"}`;
      return +self < +now ? `${text} ago` : `in ${text}`;
    },
  };
  add(Date.prototype, {
    ...times,
    plus(n, unit) { return from(this).plus(n, unit); },
    minus(n, unit) { return from(this).minus(n, unit); },
  });

  return {
    time,
    add,
    isTime: (value) => loaded !== undefined && loaded.DateTime.isDateTime(value),
    setZone(name) { zone = name; },
  };
})
