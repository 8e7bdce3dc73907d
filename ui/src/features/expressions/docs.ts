/** What expressions and code can name, with one line about each: the list of `docs/expressions.md`. Data only. */

/** What a value is, as far as its members go. */
export type Type =
  | "text"
  | "number"
  | "boolean"
  | "list"
  | "object"
  | "time"
  | "duration"
  | "input"
  | "node"
  | "item"
  | "items"
  | "run"
  | "workflow"
  | "previous"
  | "Math"
  | "JSON"
  | "Object"
  | "DateTime"
  | "unknown";

/** A name: a function when it has brackets. */
export interface Entry {
  readonly name: string;
  /** Its arguments in brackets; empty for what is no function. */
  readonly call: string;
  readonly gives: Type;
  readonly about: string;
}

/** One entry a line: `name(arguments) > what it gives: what it is`. */
function entries(text: string): readonly Entry[] {
  return text
    .trim()
    .split("\n")
    .map((line) => {
      const [, name = "", call = "", gives = "unknown", about = ""] =
        /^\s*([\w$]+)(\(.*?\))? > (\w+): (.*)$/.exec(line) ?? [];
      return { name, call, gives: gives as Type, about };
    });
}

/** Names that stand by themselves. */
export const ROOTS: readonly Entry[] = entries(`
$json > object: Data of the current item.
$binary > object: Files of the current item.
$input > input: Items that arrive at this node.
$('node') > node: Items of a node before this one.
$now > time: The current time in the zone of the workflow.
$today > time: The beginning of the current day.
$if(condition, yes, no) > unknown: One value or the other.
$ifEmpty(value, otherwise) > unknown: The value, or another one where it is empty.
$max(a, b) > number: The largest of the numbers.
$min(a, b) > number: The smallest of the numbers.
$jmespath(data, query) > unknown: What a JMESPath query finds.
$itemIndex > number: Place of the item, from 0.
$runIndex > number: How often the node has run before.
$prevNode > previous: Where the current item was put out.
$workflow > workflow: Identifier, name and state of the workflow.
$execution > run: Identifier and mode of the run.
$vars > object: Your variables.
DateTime > DateTime: Makes and reads times.
Math > Math: JavaScript's mathematics.
JSON > JSON: Reads and writes JSON.
Object > Object: JavaScript's functions on objects.
`);

const ANY = entries(`
isEmpty() > boolean: Whether it says nothing.
isNotEmpty() > boolean: Whether it says something.
toJsonString() > text: The value as JSON.
`);

const WHEN = `
format(format) > text: The time by a format such as 'yyyy-MM-dd'.
toFormat(format) > text: The time by a format such as 'yyyy-MM-dd'.
plus(amount) > time: Later, by an amount such as {days: 1}.
minus(amount) > time: Earlier, by an amount such as {days: 1}.
set(values) > time: The time with other parts, such as {hour: 9}.
startOf(unit) > time: The beginning of the 'day', 'month' and so on.
endOf(unit) > time: The end of the 'day', 'month' and so on.
setZone(zone) > time: The same moment in another time zone.
toUTC() > time: The same moment in UTC.
toISO() > text: The time as ISO 8601.
toRelative() > text: How far away it is, such as 'in 2 days'.
toISODate() > text: The date as yyyy-MM-dd.
toMillis() > number: Milliseconds since 1970.
toSeconds() > number: Seconds since 1970.
diff(other, unit) > duration: The time between two moments.
diffTo(other, unit) > number: How far away another time is, in days or the unit.
diffToNow(unit) > number: How long ago it was, in days or the unit.
hasSame(other, unit) > boolean: Whether both are in the same 'day', 'month' and so on.
isBetween(a, b) > boolean: Whether it lies between two times.
isInLast(n, unit) > boolean: Whether it lies in the last n minutes, or the unit.
isWeekend() > boolean: Whether it is a Saturday or Sunday.
beginningOf(unit) > time: The beginning of the week, or the unit.
endOfMonth() > time: The end of the month.
extract(part) > number: A part, such as 'week' or 'dayOfYear'.
year > number: The year.
month > number: The month, from 1.
day > number: The day of the month.
hour > number: The hour.
minute > number: The minute.
second > number: The second.
weekday > number: The day of the week: 1 is Monday.
weekNumber > number: The week of the year.
quarter > number: The quarter of the year.
monthLong > text: The name of the month.
weekdayLong > text: The name of the day.
`;

/** Members of each type, without the fields of data. */
export const MEMBERS: Readonly<Record<Type, readonly Entry[]>> = {
  text: entries(`
isEmpty() > boolean: Whether it has no characters.
isNotEmpty() > boolean: Whether it has characters.
length > number: The number of characters.
toLowerCase() > text: In small letters.
toUpperCase() > text: In capital letters.
toTitleCase() > text: Every Word With A Capital.
toSentenceCase() > text: Every sentence with a capital.
toSnakeCase() > text: words_like_this.
toCamelCase() > text: wordsLikeThis.
trim() > text: Without space at the ends.
includes(part) > boolean: Whether it contains the part.
startsWith(part) > boolean: Whether it begins with the part.
endsWith(part) > boolean: Whether it ends with the part.
replace(from, to) > text: The first match replaced.
replaceAll(from, to) > text: Every match replaced.
split(separator) > list: The parts between the separators.
slice(start, end) > text: A part, by places from 0.
padStart(length, fill) > text: Filled up at the beginning.
match(pattern) > list: What a regular expression finds.
toNumber() > number: The number it says.
toInt(radix) > number: The whole number it begins with.
toFloat() > number: The number it begins with.
toBoolean() > boolean: False for “false”, “no”, “0”, “off” and nothing.
toDateTime(format) > time: The time it says.
parseJson() > unknown: What it says as JSON.
extractEmail() > text: The first email address in it.
extractUrl() > text: The first web address in it.
extractDomain() > text: The domain of its address.
extractUrlPath() > text: The path of its web address.
isEmail() > boolean: Whether it is an email address.
isUrl() > boolean: Whether it is a web address.
isDomain() > boolean: Whether it is a domain.
isNumeric() > boolean: Whether it is a number.
removeTags() > text: Without HTML tags.
removeMarkdown() > text: Without Markdown.
replaceSpecialChars() > text: Without accents and other marks on letters.
toJsonString() > text: The text as JSON.
urlEncode() > text: Written for a URL.
urlDecode() > text: Read from a URL.
quote(mark) > text: In quotation marks.
base64Encode() > text: As base64.
base64Decode() > text: Read from base64.
`),
  number: entries(`
round(digits) > number: Rounded, to whole numbers without digits.
floor() > number: Rounded down.
ceil() > number: Rounded up.
abs() > number: Without its sign.
toFixed(digits) > text: With exactly so many digits.
format() > text: With commas between thousands.
isEven() > boolean: Whether it is even.
isOdd() > boolean: Whether it is odd.
isInteger() > boolean: Whether it is whole.
toInt() > number: Without what is behind the point.
toString() > text: As text.
toBoolean() > boolean: Whether it is not 0.
toDateTime(unit) > time: The time so many milliseconds after 1970, or seconds, microseconds or days with 's', 'us' or 'excel'.
isEmpty() > boolean: False: a number says something.
`),
  boolean: entries(`
toInt() > number: 1 or 0.
toNumber() > number: 1 or 0.
toString() > text: As text.
isEmpty() > boolean: False: it says something.
`),
  list: [
    ...entries(`
length > number: The number of entries.
first() > unknown: The first entry.
last() > unknown: The last entry.
map(entry => entry) > list: What becomes of each entry.
filter(entry => entry) > list: The entries for which it holds.
find(entry => entry) > unknown: The first entry for which it holds.
some(entry => entry) > boolean: Whether it holds for one entry.
every(entry => entry) > boolean: Whether it holds for every entry.
includes(value) > boolean: Whether it contains the value.
join(separator) > text: The entries as one text.
slice(start, end) > list: Some of the entries, by places from 0.
sum() > number: The sum of the numbers.
average() > number: The mean of the numbers.
min() > number: The smallest number.
max() > number: The largest number.
unique() > list: Each entry once.
removeDuplicates() > list: Each entry once.
compact() > list: Without entries that say nothing.
chunk(size) > list: Lists of so many entries.
pluck(field) > list: One field of each entry.
append(value) > list: With the value at the end.
union(other) > list: The entries of both, each once.
intersection(other) > list: The entries that both have.
difference(other) > list: The entries that the other has not.
smartJoin(key, value) > object: An object of two fields of each entry.
renameKeys(from, to) > list: The entries with a field by another name.
randomItem() > unknown: Any of the entries.
`),
    ...ANY,
  ],
  object: [
    ...entries(`
hasField(name) > boolean: Whether it has the field.
removeField(name) > object: Without the field.
compact() > object: Without fields that say nothing.
keepFieldsContaining(text) > object: The fields whose value contains the text.
removeFieldsContaining(text) > object: The fields whose value does not contain the text.
urlEncode() > text: Written as the query of a URL.
`),
    ...ANY,
  ],
  time: entries(WHEN),
  duration: entries(`
days > number: Its days.
hours > number: Its hours.
minutes > number: Its minutes.
as(unit) > number: All of it in a unit.
toMillis() > number: Its milliseconds.
toObject() > object: Its units.
`),
  input: entries(`
item > item: The current item.
first() > item: The first item.
last() > item: The last item.
all() > items: All items.
params > object: Parameters of the node that put the items out, as they are written.
`),
  node: entries(`
item > item: The item that the current one came from.
first() > item: Its first item.
last() > item: Its last item.
all() > items: All its items.
itemMatching(index) > item: The item that an item here came from.
isExecuted > boolean: Whether it has run.
params > object: Its parameters, as they are written.
`),
  item: entries(`
json > object: Data of the item.
binary > object: Files of the item.
`),
  items: [],
  run: entries(`
id > text: The run's identifier.
mode > text: 'test' for a run by hand, else 'production'.
`),
  workflow: entries(`
id > text: The workflow's identifier.
name > text: Its name.
active > boolean: Whether its triggers are switched on.
`),
  previous: entries(`
name > text: The node that put it out.
outputIndex > number: By which of the node's outputs, from 0.
runIndex > number: How often the node had run before that.
`),
  Math: entries(`
round(x) > number: To the nearest whole number.
floor(x) > number: Down.
ceil(x) > number: Up.
abs(x) > number: Without its sign.
max(a, b) > number: The largest.
min(a, b) > number: The smallest.
random() > number: Between 0 and 1.
`),
  JSON: entries(`
stringify(value) > text: The value as JSON.
parse(text) > unknown: What a text says as JSON.
`),
  Object: entries(`
keys(value) > list: The names of its fields.
values(value) > list: The values of its fields.
entries(value) > list: Names and values.
fromEntries(list) > object: An object of names and values.
assign(a, b) > object: The fields of both.
`),
  DateTime: entries(`
now() > time: The current time.
fromISO(text) > time: Reads ISO 8601.
fromFormat(text, format) > time: Reads a time by a format.
fromMillis(number) > time: From milliseconds since 1970.
fromSeconds(number) > time: From seconds since 1970.
fromSQL(text) > time: Reads a time as databases write it.
local(year, month, day) > time: A time in the zone of the workflow.
utc(year, month, day) > time: A time in UTC.
`),
  unknown: ANY,
};
