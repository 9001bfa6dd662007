const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** The zones RFC 5322 names, in minutes east of UTC; any other name counts as UTC, as the RFC wants it. */
const zones: Readonly<Record<string, number>> = {
  edt: -240,
  est: -300,
  cdt: -300,
  cst: -360,
  mdt: -360,
  mst: -420,
  pdt: -420,
  pst: -480,
};

const mailDate =
  /(\d{1,2})[ -]+([A-Za-z]{3})[a-z]*[ -]+(\d{2,4})[ ,]+(\d{1,2}):(\d\d)(?::(\d\d))?[ ]*([+-]\d{4}|[A-Za-z]+)?/;
const unixDate =
  /([A-Za-z]{3}) +(\d{1,2}) +(\d{1,2}):(\d\d)(?::(\d\d))? +(?:([+-]\d{4}|[A-Z]+) +)?(\d{4})(?: +([+-]\d{4}))?/;
const isoDate = /(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?[ ]*(Z|[+-]\d\d:?\d\d)?/;

/**
 * The instant a Date header names, as RFC 3339 in UTC, or null when it cannot be read. Never depends on the time zone
 * of this machine, as Date.parse would.
 */
export function readDate(header: string): string | null {
  const text = header.slice(0, 200);
  const iso = isoDate.exec(text);
  if (iso) {
    const [, year, month, dayOfMonth, hour, minute, second, zone] = iso;
    return instant([year, Number(month) - 1, dayOfMonth, hour, minute, second], zone);
  }
  const mail = mailDate.exec(text);
  if (mail) {
    const [, dayOfMonth, month, year, hour, minute, second, zone] = mail;
    return instant([fullYear(Number(year)), monthNumber(month), dayOfMonth, hour, minute, second], zone);
  }
  const unix = unixDate.exec(text);
  if (!unix) return null;
  const [, month, dayOfMonth, hour, minute, second, zone, year, trailingZone] = unix;
  return instant([year, monthNumber(month), dayOfMonth, hour, minute, second], trailingZone ?? zone);
}

function monthNumber(name = ''): number {
  const at = months.indexOf(name.toLowerCase());
  return at < 0 ? Number.NaN : at;
}

/** RFC 5322, 4.3: two digits below 50 are of this century, three digits count from 1900. */
function fullYear(year: number): number {
  if (year < 50) return year + 2000;
  return year < 1000 ? year + 1900 : year;
}

type Field = string | number | undefined;

function instant(fields: readonly [Field, Field, Field, Field, Field, Field], zone: string | undefined): string | null {
  const [year, month, dayOfMonth, hour, minute, second] = fields.map((field) => Number(field ?? 0));
  const local = Date.UTC(year ?? Number.NaN, month, dayOfMonth, hour, minute, second);
  const date = new Date(local - minutesEast(zone) * 60_000);
  return Number.isNaN(date.getTime()) ? null : date.toISOString().replace(/\.\d+Z$/, 'Z');
}

function minutesEast(zone = ''): number {
  const offset = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  if (!offset) return zones[zone.toLowerCase()] ?? 0;
  const minutes = Number(offset[2]) * 60 + Number(offset[3]);
  return offset[1] === '-' ? -minutes : minutes;
}
