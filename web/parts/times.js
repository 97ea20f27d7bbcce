// The one script of rendered pages: what a server cannot say. Times, which it has in UTC only, in the zone of the reader's device
// (UTC stays beside them as the element's title), and its own address in the commands to be copied. Without script the page says
// UTC, and URL.

import { momentOf } from './moment.js';

for (const time of document.querySelectorAll('time[datetime]')) {
  const date = new Date(time.getAttribute('datetime') ?? '');
  if (Number.isNaN(date.getTime())) continue;
  time.setAttribute('title', time.textContent ?? '');
  time.textContent = momentOf(date, document.documentElement.lang);
}

for (const site of document.querySelectorAll('[data-site]')) site.textContent = location.origin;
