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

refresh();
setInterval(() => document.hidden || refresh(), 1000);
