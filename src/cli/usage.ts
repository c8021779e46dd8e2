/** What `thoughtlens --help` prints. */
import { BASELINE } from "../core/catalogue";

export const USAGE = `thoughtlens: how a language model reasons, what that costs, and how much of it was needed

  thoughtlens run FILE       trace every prompt of FILE under one strategy
  thoughtlens compare FILE   trace every prompt of FILE under several strategies
  thoughtlens bench --data FILE   run a dataset under several strategies
  thoughtlens probe --data FILE --out FILE   train a hidden-state probe for a model
  thoughtlens score FILE     let a local model read recorded reasoning: how sure it is, and where it could have stopped
  thoughtlens branch FILE    go on from inside a recorded run: stop it and answer, edit it, sample again, take another token
  thoughtlens importance FILE   which step of a recorded thought decided the answer, by sampling it again before and behind each
  thoughtlens faithfulness --data FILE   whether answers hang on what was thought; or of traces: faithfulness FILE…
  thoughtlens rules FILE…    what every exit rule would have done on recorded surveys or scored traces, at every setting
  thoughtlens votes FILE…    what several samples of each question come to: majority, shortest, DeepConf, pass@k
  thoughtlens import FILE…   read sessions, logs, answers and datasets of other tools; --out DIR: keep them as traces
  thoughtlens check FILE…    look through traces and files of results, and mend what can be mended
  thoughtlens grade --answer A --gold B   say whether an answer means the expected one: exit 0 right, 1 wrong, 3 unknown
  thoughtlens models         list the models that are here; --capabilities: run every strategy on them and on --model, or say why not

  --model NAME           pocket (the bundled family; default), pocket:NAME, a folder, owner/name@revision of the hub,
                         or a server as http://HOST:PORT, with #MODEL where it has several; :DTYPE may follow.
                         run, compare, bench and models --capabilities take several; URL,URL are servers that share the work
  --dtype NAME           which graph of the folder: fp32, q4, …
  --device NAME          where local models compute: cpu (default), gpu (the first of the others that this machine has),
                         cuda, dml, coreml or webgpu
  --strategy NAME        for run                                        (default ${BASELINE})
  --strategies A,B       for compare and bench; the first is the baseline
  --input NAME=VALUE     a value that the prompt needs; may be repeated
  --task TEXT            what skills, agents and instructions are followed for;
  --tasks FILE           or a dataset of such tasks (default evals/evals.json beside the file)
  --option NAME=VALUE    an option of the strategies; may be repeated
  --instruction WORDS    what the model is told before the question: house (the strategy's own words; default), none,
                         model (what the model's card advises), model:NAME, a text, or @FILE
  --instruction-in TURN  where that stands: system or user         (default system, or as the model's card advises)
  --sampling WORDS       options (as given, greedy by default), model (as the model's card advises) or model:NAME
  --instructions FILE    bench: a skill, an agent or instructions that stand before every question
  --map NAME=FIELD       import, bench, probe: which field of a file holds the question, thinking, answer or expected answer,
                         as --map question=q --map expected=gold.value; may be repeated
  --data FILE            bench, probe: questions with their answers, as JSONL, JSON or CSV
  --limit N              bench: only the first N questions; score: traces
  --results FILE         bench: keep every result in this new file as it comes
  --resume FILE          bench: go on with the run whose results FILE holds
  --allow-graph          let the model's graph hold loops and operators of somebody's own, which may run for ever
  --first-reply SECONDS  how long a server or the hub is waited for: to its first word (default 180),
  --silence SECONDS      between two words (default 60),
  --longest SECONDS      and for a whole answer (default 14400)
  --samples N            run, compare, bench: so many answers to each question, with seeds from --seed on  (default 1)
  --vote NAME            run, compare with --samples: stop samples that a vote does not need: short-1, short-3, …, deepconf,
                         deepconf-low, or deepconf:16 with the number of first samples that are written whole
  --concurrency N        what a server is asked at once, also by importance and faithfulness, auto: found by trying; and what a
                         process of this machine decodes in one pass, auto: 8    (default 1)
  --workers N            processes that share the work on this machine; auto: one a core as memory allows
  --write-requests FILE  bench: write the questions as a batch of requests (OpenAI, vLLM run-batch) and run nothing
  --read-responses FILE  bench: take the answers to such a batch
  --max-failures N       bench: stop after so many failed runs of one strategy in a row   (default 5)
  --prices FILE          run, compare, bench: your own prices, {"MODEL": {"input": 0.5, "cached": 0.05, "output": 2,
                         "currency": "USD"}} per million tokens; costs stand beside tokens
  --watch FILE           run, compare, bench: a watch list, [{"name": "unsafe", "words": ["rm -rf"], "patterns": ["…"],
                         "classifier": {"url": "http://…"}}]; steps that it finds are marked and counted
  --seed S               seed of sampling                               (default 0)
  --risk SHARE           rules: also the setting at which at most this share of exits turns a right answer wrong,
  --confidence SHARE     with this confidence                           (default 0.9)
  --at WHERE,…           score: try answers at transition, paragraph, line   (default transition,paragraph)
  --check-at WHERE       probe: transition, chunk, paragraph, line or latent   (default line)
  --at STEP              branch: the place, as the number of a step or as token:N
  --continue             branch: go on behind the step; with --edit FILE from the text of FILE in the step's place, or in
                         that of all text before the token
  --answer               branch: stop thinking behind the step, and answer
  --samples N            importance: samples from each place (default 10); branch: write the step and what follows N times anew, with the seeds S+1 to S+N; at temperature 0.6
                         where the run was greedy and no --option says otherwise
  --token T              branch: take T in place of the token there, and go on
  --tests A,B            faithfulness: early, mistake, paraphrase, filler, hint   (default all)
  --by WHO               faithfulness: mistakes and paraphrases by rule, or by the model where it can   (default rule)
  --out DIR              keep the traces there; probe: the probe's file; score: the new trace's file;
                         importance: a file for the trace with what was measured; faithfulness: a folder for such; the
                         same command goes on from them
  --figures-only         run: leave out what the model thought and wrote
  --capabilities         models: what every strategy does on the models that are here, and on --model
  --no-run               models --capabilities: tell what could run, and run nothing
  --answer TEXT          grade: the answer;
  --text TEXT            or a whole text in which it is found, - for standard input
  --gold TEXT            grade: the expected answer
  --dry-run              check: say what is wrong, and change nothing
  --json                 print one JSON object

  THOUGHTLENS_SERVER_KEY in the environment is the key of the server that --model names first, of all of them where that is
  a list URL,URL, or of the one at THOUGHTLENS_SERVER; no other server gets it
`;
