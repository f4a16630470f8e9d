// What pages gain where scripts run. Everything works without it. It reads its words from the page, and asks nobody for anything.

for (const field of document.querySelectorAll('input[data-show]')) {
  const button = buttonSaying(field.dataset.show);
  button.setAttribute('aria-pressed', 'false');
  button.addEventListener('click', () => {
    const shown = field.type === 'password';
    field.type = shown ? 'text' : 'password';
    button.setAttribute('aria-pressed', String(shown));
  });
  // Browsers keep what is typed into a text field, for the next time.
  field.form.addEventListener('submit', () => {
    field.type = 'password';
  });
  field.after(button);
}

for (const list of document.querySelectorAll('[data-copy]')) {
  // Absent where the page did not come by https.
  if (!navigator.clipboard) continue;
  const button = buttonSaying(list.dataset.copy);
  const answer = document.createElement('span');
  answer.setAttribute('role', 'status');
  button.addEventListener('click', async () => {
    const lines = [...list.querySelectorAll('code')].map((code) => code.textContent);
    await navigator.clipboard.writeText(lines.join('\n'));
    answer.textContent = list.dataset.copied;
  });
  list.after(button, answer);
}

// Where the person's own zone is not known, the browser's.
for (const time of document.querySelectorAll('time[data-local]')) {
  const words = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' });
  time.textContent = words.format(new Date(time.dateTime));
}

function buttonSaying(words) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'link';
  button.textContent = words;
  return button;
}
