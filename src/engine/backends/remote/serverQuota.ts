/** Tells a key whose quota or credit is used up, which no waiting of minutes helps, from a server that is busy. */

/** What costs something that is not there. */
const PAYMENT_REQUIRED = 402;
/** Refusals that may mean either; some call it a bad request, or access that is denied. */
const MAY_MEAN_QUOTA = [400, 403, 429, 503];
/** A day, a week or a month that is over before it is over: as a server says it, or by the name of a limit (Google, Groq, OpenRouter). */
const LONG =
  /per[-_ ]?(?:day|week|month)|\b(?:RPD|TPD)\b|(?:daily|weekly|monthly)[ -](?:\w{1,20} ){0,2}(?:limit|quota|credits?)/i;
/** A minute, as most limits are; Alibaba says of its own that a quota is used up, and names it by the page that explains it. */
const SHORT =
  /#token-limit|throttling|per[-_ ]?(?:min(?:ute)?|sec(?:ond)?|hour)(?![a-z])|\b(?:RPM|TPM)\b|(?:retry|try again) (?:in|after) (?:about )?\d/i;
/** Money, or a quota as a whole, in the words of providers. */
const USED_UP = new RegExp(
  [
    "insufficient[ _](?:quota|balance|credits?|funds)",
    "(?:exceeded|exhausted) (?:your |the )?current quota|exceeded_current_quota|quota_?exceeded|quota (?:is |has been )?exhausted",
    "(?:balance|credits?|quota) (?:is |are |has |have )?(?:too low|insufficient|not enough|exhausted|depleted|used up|run out)",
    "out of credits|all (?:available )?credits|credit limit exceeded|more credits|included credits",
    "spending limit|billing_hard_limit|billing hard limit|arrearage|overdue",
    "余额不足|欠费|额度不足|额度已用",
  ].join("|"),
  "i",
);

/** @param codes what an error names itself by, beside its words */
export function isUsedUp(status: number, said: string, codes: string): boolean {
  if (status === PAYMENT_REQUIRED) return true;
  if (!MAY_MEAN_QUOTA.includes(status)) return false;
  const all = `${said} ${codes}`;
  const isLimit = status === 429 || /limit|quota/i.test(all);
  if (LONG.test(all) && isLimit) return true;
  return USED_UP.test(all) && !SHORT.test(all);
}
