// Optional enhancements of pages. Everything works without this script. It reads its texts from the page and makes no requests.

for (const field of document.querySelectorAll('input[data-show]')) {
  const button = buttonSaying(field.dataset.show);
  button.setAttribute('aria-pressed', 'false');
  button.addEventListener('click', () => {
    const shown = field.type === 'password';
    field.type = shown ? 'text' : 'password';
    button.setAttribute('aria-pressed', String(shown));
  });
  // Browsers store the content of text fields for autocompletion.
  field.form.addEventListener('submit', () => {
    field.type = 'password';
  });
  field.after(button);
}

for (const list of document.querySelectorAll('[data-copy]')) {
  // Absent if the page was not loaded over https.
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

// A page that only leads to another site.
document.querySelector('form[data-send]')?.submit();

// Uses the time zone of the browser if that of the user is unknown.
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
