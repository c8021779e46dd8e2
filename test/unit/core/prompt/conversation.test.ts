/** Conversations without a chat template, word for word. */
import assert from "node:assert/strict";
import { conversationText, type WrittenConversation } from "../../../../src/core/prompt/conversation";
import type { Message } from "../../../../src/core/trace/trace";

const ASKED: Message = { role: "user", content: "2 + 3?" };
const TOLD: Message[] = [
  { role: "system", content: "Be brief." },
  ASKED,
  { role: "assistant", content: "5" },
  { role: "user", content: "And 1?" },
];

const CASES: [form: WrittenConversation, messages: Message[], text: string][] = [
  ["plain", [ASKED], "2 + 3?\n"],
  ["plain", TOLD, "Be brief.\n2 + 3?\n5\nAnd 1?\n"],
  ["joined", [ASKED], "User:2 + 3?Assistant:"],
  ["joined", TOLD, "Be brief.User:2 + 3?Assistant:5User:And 1?Assistant:"],
  ["turns", [ASKED], "User: 2 + 3?\n\nAssistant:"],
  ["turns", TOLD, "Be brief.\n\nUser: 2 + 3?\n\nAssistant: 5\n\nUser: And 1?\n\nAssistant:"],
  ["chatml", [ASKED], "<|im_start|>user\n2 + 3?<|im_end|>\n<|im_start|>assistant\n"],
  [
    "chatml",
    TOLD,
    "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n2 + 3?<|im_end|>\n<|im_start|>assistant\n5<|im_end|>\n<|im_start|>user\nAnd 1?<|im_end|>\n<|im_start|>assistant\n",
  ],
];

describe("a conversation without a template", () => {
  for (const [form, messages, text] of CASES)
    it(`${form}, ${messages.length} messages`, () => {
      assert.equal(conversationText(form, messages), text);
      assert.equal(conversationText(form, messages, "<s>"), `<s>${text}`);
    });
});
