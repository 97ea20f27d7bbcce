// A moment in the zone of the reader's device, which is named: the same words on rendered pages and in the booth.

/** Months for Kazakh dates, whose names many browsers lack. */
const KK_MONTHS = ['қаңтар', 'ақпан', 'наурыз', 'сәуір', 'мамыр', 'маусым', 'шілде', 'тамыз', 'қыркүйек', 'қазан', 'қараша', 'желтоқсан'];

/**
 * @param {Date} date
 * @param {string} language
 */
export function momentOf(date, language) {
  // In English the day stands first and the clock has 24 hours, as in the other languages.
  const format = new Intl.DateTimeFormat(language === 'ru' || language === 'kk' ? 'ru' : 'en-GB', { day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' });
  if (language !== 'kk') return format.format(date);
  const parts = Object.fromEntries(format.formatToParts(date).map((part) => [part.type, part.value]));
  return `${date.getFullYear()} жылғы ${date.getDate()} ${KK_MONTHS[date.getMonth()]}, ${parts['hour']}:${parts['minute']} (${parts['timeZoneName']})`;
}
