import assert from "node:assert/strict";
import { publicAddress } from "../../../src/core/text/publicAddress";

describe("an address that is shown and recorded", () => {
  const kept = [
    "http://127.0.0.1:8080",
    "http://127.0.0.1:8080/v1",
    "https://example.com/v1?api-version=2024-10-21",
    "https://example.com/openai/deployments/gpt-4?model=qwen3-0.6b-instruct",
    "http://127.0.0.1:8080#qwen3-0.6b",
    "http://127.0.0.1:8080/v1#model=Qwen%2FQwen3-0.6B&api=chat",
    "pocket:base",
    "onnx-community/Qwen3-0.6B-ONNX",
    "/home/me/models/token-model",
    "http://[not an address",
  ];
  for (const text of kept) it(`keeps ${text}`, () => assert.equal(publicAddress(text), text));

  const stripped: [address: string, shown: string][] = [
    ["http://me:planted@host:8080/v1", "http://host:8080/v1"],
    ["https://planted@host/v1", "https://host/v1"],
    ["http://me:planted@127.0.0.1:9", "http://127.0.0.1:9"],
    ["HTTPS://me:planted@host/v1", "https://host/v1"],
    ["http://host/v1?api_key=planted&model=a", "http://host/v1?model=a"],
    ["http://host/v1?access_token=planted", "http://host/v1"],
    ["http://host/v1?sig=planted&se=2026", "http://host/v1?se=2026"],
    ["http://host/v1?Subscription-Key=planted", "http://host/v1"],
    ["http://host/v1?x=sk-proj-planted12345", "http://host/v1"],
    ["http://host/v1?x=hf_planted12345", "http://host/v1"],
    [`http://host/v1?x=${"a1B2".repeat(10)}planted`, "http://host/v1"],
    ["http://host/v1#access_token=planted", "http://host/v1"],
    ["http://me:planted@host#model=qwen3&api=chat", "http://host#model=qwen3&api=chat"],
    ["http://host#model=qwen3&key=planted", "http://host#model=qwen3"],
  ];
  for (const [address, shown] of stripped)
    it(`${address} is shown as ${shown}`, () => {
      assert.equal(publicAddress(address), shown);
      assert.doesNotMatch(publicAddress(address), /planted/);
    });
});
