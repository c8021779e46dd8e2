/** A page speaks the language of the editor, with the words that the host put into it: its entry imports this first. */
import { translateWith, translatorOf } from "../../src/core/text/l10n";

const words = document.getElementById("l10n")?.textContent;
if (words) translateWith(translatorOf(JSON.parse(words) as Record<string, string>));
