/** A command for the host of Gatehouse, to be copied. A line breaks between its words, never at a hyphen. */
export const CommandLine = ({ command }: { readonly command: string }) => (
  <p class="command">
    <code>
      {command.split(' ').map((word, place) => (
        <>
          {place > 0 && ' '}
          <span class="whole">{word}</span>
        </>
      ))}
    </code>
  </p>
);
