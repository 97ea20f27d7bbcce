// The one script of rendered pages: their times, which a server can only say in UTC, in the zone of the reader's device. UTC
// stays beside them as the element's title; without script the page says UTC alone.

import { momentOf } from './moment.js';

for (const time of document.querySelectorAll('time[datetime]')) {
  const date = new Date(time.getAttribute('datetime') ?? '');
  if (Number.isNaN(date.getTime())) continue;
  time.setAttribute('title', time.textContent ?? '');
  time.textContent = momentOf(date, document.documentElement.lang);
}
