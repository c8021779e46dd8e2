/** Keys whose quota is used up, told from servers that are busy. */
import assert from "node:assert/strict";
import { isUsedUp } from "../../../src/engine/backends/remote/serverQuota";
import { codesOf, explanation } from "../../../src/engine/backends/remote/serverSaid";
import { delta, dialectBench, END, json, plain, streaming, type Answer } from "./dialectBench";

const google = (period: string) => [
  {
    error: {
      code: 429,
      message:
        "You exceeded your current quota, please check your plan and billing details. Quota exceeded for metric: generate_content_free_tier_requests, limit: 20. Please retry in 43.9s.",
      status: "RESOURCE_EXHAUSTED",
      details: [
        {
          "@type": "type.googleapis.com/google.rpc.QuotaFailure",
          violations: [{ quotaId: `GenerateRequestsPer${period}PerProjectPerModel-FreeTier`, quotaValue: "20" }],
        },
        { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "43s" },
      ],
    },
  },
];
const message = (said: string, beside: object = {}) => ({ error: { message: said, ...beside } });

describe("a key whose quota is used up", () => {
  const { serve, run } = dialectBench();

  const cases: [who: string, status: number, body: unknown, isUsedUp: boolean][] = [
    [
      "OpenAI",
      429,
      message("You exceeded your current quota, please check your plan and billing details.", {
        type: "insufficient_quota",
        code: "insufficient_quota",
      }),
      true,
    ],
    [
      "OpenAI, of a minute",
      429,
      message(
        "Rate limit reached for m in organization o on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 20s.",
        {
          type: "requests",
          code: "rate_limit_exceeded",
        },
      ),
      false,
    ],
    [
      "OpenAI, of a day",
      429,
      message(
        "Rate limit reached for m on requests per day (RPD): Limit 200, Used 200, Requested 1. Please try again in 7m12s.",
        {
          type: "requests",
          code: "rate_limit_exceeded",
        },
      ),
      true,
    ],
    [
      "Groq, of a day",
      429,
      message(
        "Rate limit reached for model m on tokens per day (TPD): Limit 100000, Used 99000, Requested 2000. Please try again in 14m24s.",
      ),
      true,
    ],
    ["DeepSeek", 402, message("Insufficient Balance", { type: "unknown_error", code: "invalid_request_error" }), true],
    [
      "OpenRouter",
      402,
      message("Insufficient credits. Add more using https://openrouter.ai/credits", { code: 402 }),
      true,
    ],
    [
      "OpenRouter, of a day",
      429,
      message("Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day", {
        code: 429,
      }),
      true,
    ],
    ["OpenRouter, of a minute", 429, message("Rate limit exceeded: free-models-per-min. ", { code: 429 }), false],
    ["Google, of a day", 429, google("Day"), true],
    ["Google, of a minute", 429, google("Minute"), false],
    [
      "Anthropic",
      400,
      message("Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing."),
      true,
    ],
    ["SiliconFlow", 403, { code: 30001, message: "Sorry, your account balance is insufficient" }, true],
    ["Zhipu", 429, message("余额不足或无可用资源包,请充值。", { code: "1113" }), true],
    [
      "Azure, of a minute",
      429,
      message(
        "Your requests to m have exceeded token rate limit of your current pricing tier. Please retry after 7 seconds. Please go here if you would like to further increase the default rate limit: https://aka.ms/oai/quotaincrease.",
      ),
      false,
    ],
    [
      "Alibaba, of a minute",
      429,
      message(
        "You exceeded your current quota, please check your plan and billing details. For details, see: https://help.aliyun.com/zh/model-studio/error-code#token-limit",
        { type: "insufficient_quota", code: "insufficient_quota" },
      ),
      false,
    ],
    [
      "Alibaba, of money",
      400,
      message("Access denied, please make sure your account is in good standing.", { code: "Arrearage" }),
      true,
    ],
    [
      "xAI",
      403,
      {
        code: "The caller does not have permission",
        error: "Your team has either used all available credits or reached its monthly spending limit.",
      },
      true,
    ],
    [
      "Moonshot",
      429,
      message("Your account is suspended, please check your plan and billing details", {
        type: "exceeded_current_quota_error",
      }),
      true,
    ],
    ["Hugging Face", 402, { error: "You have exceeded your monthly included credits for Inference Providers." }, true],
    ["a busy server", 429, message("Too many requests"), false],
    ["a model that is loading", 503, message("Loading model"), false],
    ["a wrong field", 400, message("Unsupported parameter: 'max_tokens' is not supported with this model."), false],
    ["a question about days", 400, message("Invalid value in messages[0]: how many jars per day?"), false],
  ];
  for (const [who, status, body, expected] of cases) {
    it(`${expected ? "is" : "is not"} what ${who} says`, () => {
      const said = JSON.stringify(body);
      assert.equal(isUsedUp(status, explanation(said), codesOf(said)), expected);
    });
  }

  const refusing =
    (status: number, body: unknown): Answer =>
    (_body, _request, response) =>
      json(response, body, status);

  for (const [who, status, body, , says] of [
    [...cases[0]!, /quota or credit is used up \(You exceeded your current quota/],
    [...cases[4]!, /quota or credit is used up \(Insufficient Balance\)/],
  ] as const) {
    it(`${who}: is said, and not asked again`, async () => {
      const { url, seen } = await serve("/v1", refusing(status, body));
      await assert.rejects(run(url, "key", 50, { limits: { attempts: 4 } }), { code: "server-quota", message: says });
      assert.equal(seen.length, 1);
    });
  }

  it("is said in the middle of an answer", async () => {
    const error = { code: 402, message: "Insufficient credits" };
    const piece = delta({ content: "" }, "error", { error });
    const { url } = await serve("/v1", streaming(delta({ content: "5" }), piece, END));
    await assert.rejects(run(url), { code: "server-quota" });
  });

  it("a busy server is asked again, in the time that its error names", async () => {
    let times = 0;
    const { url, seen } = await serve("/v1", (body, request, response) =>
      (times += 1) === 1
        ? json(response, message("Rate limit reached. Please try again in 0.05s."), 429)
        : plain(body, request, response),
    );
    assert.equal((await run(url, "key", 50, { limits: { attempts: 2, pause: 60_000 } })).generated.text, "56");
    assert.ok(seen.length > 2);
  });
});
