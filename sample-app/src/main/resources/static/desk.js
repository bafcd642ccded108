'use strict';

const byId = id => document.getElementById(id);
const path = tenant => '/tenants/' + encodeURIComponent(tenant);
let shown = null;

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

async function json(url, options) {
  const response = await fetch(url, options);
  const body = await response.json();
  if (!response.ok) {
    throw new Error(body.detail || response.statusText);
  }
  return body;
}

function row(summary) {
  const name = element('button', { type: 'button', className: 'name', textContent: summary.tenant });
  name.addEventListener('click', () => { shown = summary.tenant; refresh(); });
  const cancel = element('button', { type: 'button', className: 'quiet', textContent: 'Cancel',
    disabled: summary.waiting + summary.running === 0, ariaLabel: 'Cancel what waits for ' + summary.tenant });
  cancel.addEventListener('click', () => act(async () => {
    const did = await json(path(summary.tenant) + '/queue', { method: 'DELETE' });
    return [`${did.tenant}: ${did.dropped} dropped, ${did.suppressed} suppressed, ${did.committing} were being stored`];
  }));
  const number = value => element('td', { className: 'number', textContent: value });
  return element('tr', {}, element('td', {}, name), number(summary.documents), number(summary.waiting),
    number(summary.running), element('td', {}, cancel));
}

/** Rebuilding a table takes the keyboard's focus away: only when something has changed. */
function show(list, data, build) {
  const key = JSON.stringify(data);
  if (list.dataset.key !== key) {
    list.dataset.key = key;
    list.replaceChildren(...data.map(build));
  }
}

async function refresh() {
  try {
    show(byId('tenants'), await json('/tenants'), row);
    if (shown !== null) {
      const documents = await json(path(shown) + '/documents?limit=50');
      byId('documents-section').hidden = false;
      byId('documents-title').textContent = 'Printed for ' + shown;
      show(byId('documents'), documents, printed => element('li', { value: printed.number },
        element('a', { href: path(shown) + '/documents/' + printed.id, textContent: printed.title })));
    }
    byId('trouble').textContent = '';
  } catch (failure) {
    byId('trouble').textContent = failure.message;
  }
}

async function act(action) {
  const answer = byId('answer');
  try {
    answer.className = '';
    answer.replaceChildren(...await action());
  } catch (failure) {
    answer.className = 'bad';
    answer.textContent = failure.message;
  }
  refresh();
}

byId('upload').addEventListener('submit', event => {
  event.preventDefault();
  act(async () => {
    const file = byId('file').files[0];
    const title = byId('title').value || (file ? file.name : '');
    const query = title ? '?title=' + encodeURIComponent(title) : '';
    const accepted = await json(path(byId('tenant').value) + '/documents' + query, {
      method: 'POST', headers: { 'Content-Type': 'text/markdown' }, body: file || byId('text').value
    });
    shown = accepted.tenant;
    return ['Accepted: ', element('a', { href: accepted.href, textContent: accepted.id })];
  });
});

function time(micros) {
  return micros < 1000 ? `${micros} µs` : micros < 1e6 ? `${(micros / 1000).toPrecision(3)} ms` : `${(micros / 1e6).toPrecision(3)} s`;
}

/** Bars of times, on a logarithmic scale: they differ by powers of ten. */
function bars(compared) {
  const longest = Math.max(compared.fair.longestMicros, compared.pool.longestMicros, 10);
  const bar = (name, micros) => {
    const fill = element('span', { className: 'bar ' + name, ariaHidden: 'true' });
    fill.style.width = `${100 * Math.log10(Math.max(micros, 1) + 1) / Math.log10(longest + 1)}%`;
    return element('td', {}, fill, time(micros));
  };
  const line = (label, of) => element('tr', {}, element('th', { scope: 'row', textContent: label }),
    bar('fair', of(compared.fair)), bar('pool', of(compared.pool)));
  const head = element('tr', {}, ...['Wait', 'in turns', 'in one queue'].map(text =>
    element('th', { scope: 'col', textContent: text })));
  return element('table', { className: 'bars' }, element('thead', {}, head), element('tbody', {},
    line('median', waits => waits.medianMicros), line('99th percentile', waits => waits.p99Micros),
    line('longest', waits => waits.longestMicros),
    element('tr', {}, element('th', { scope: 'row', textContent: 'begun before it' }),
      element('td', { textContent: compared.fair.mostBefore }), element('td', { textContent: compared.pool.mostBefore }))));
}

byId('compare').addEventListener('click', async event => {
  const button = event.target;
  const answer = byId('comparison');
  button.disabled = true;
  answer.className = '';
  answer.textContent = 'Measuring …';
  try {
    answer.replaceChildren(bars(await json('/comparison', { method: 'POST' })));
  } catch (failure) {
    answer.className = 'bad';
    answer.textContent = failure.message;
  }
  button.disabled = false;
});

refresh();
setInterval(() => document.hidden || refresh(), 1000);
