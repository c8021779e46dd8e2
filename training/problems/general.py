"""Short general questions, written for the router only: what each of the three paradigms of Sketch-of-Thought is for.

Sums and word problems go to chunked symbolism, facts and connections between them to conceptual chaining, professional
matter with its own abbreviations to expert lexicons (arXiv 2503.05179, section 3).
"""

from __future__ import annotations

import random

SYMBOLS = [
    "A car drives {n} km in {m} hours. What is its average speed?", "What is {n} plus {m}?", "What is {n} times {m}?", "Compute {n} - {m} + {k}.",
    "Solve for x: {n}x + {m} = {k}.", "If a shirt costs ${n} and is {m}% off, what is the sale price?", "A train travels {n} miles per hour for {m} hours. How far does it go?",
    "The sum of two numbers is {n} and their difference is {m}. Find both numbers.", "A rectangle is {n} cm long and {m} cm wide. What is its area?",
    "How many ways can {m} people stand in a line?", "{who} earns ${n} an hour and works {m} hours a week. How much does {who} earn in {k} weeks?",
    "A tank holds {n} litres and leaks {m} litres a day. After how many days is it empty?", "What is {m}% of {n}?", "Find the derivative of {n}x^{m}.",
    "A circuit has a voltage of {n} V and a resistance of {m} ohm. What is the current?", "{who} has {n} sweets and shares them equally among {m} friends. How many does each get?",
    "A ball is thrown upwards at {n} m/s. How high does it go?", "The perimeter of a square is {n} cm. What is its side length?", "What is the probability of rolling a {m} twice in a row?",
    "{who} is {n} years old, twice as old as {who2}. How old will {who2} be in {m} years?", "A recipe for {m} people needs {n} grams of flour. How much flour do {k} people need?",
    "Evaluate the integral of x from {m} to {n}.", "What is the remainder when {n} is divided by {m}?", "If {n} workers need {m} days, how long do {k} workers need?",
    "{who} reads {m} pages a day of a book with {n} pages. How many days does {who} need?", "Janet's hens lay {n} eggs a day. She eats {m} and sells the rest for ${k} each. How much does she earn?",
]
CHAINS = [
    "What is the capital of {place}?", "What currency is used in {place}?", "Which language do people speak in {place}?", "Who wrote {work}?", "Who painted {work}?", "Is {thing} a mammal?",
    "Can {thing} fly?", "Which planet is the {rank} from the Sun?", "Why is the sky blue?", "Which ocean lies between {place} and {place2}?", "Would {thing} survive in a desert?",
    "Is {place} north of {place2}?", "What do {thing} and {thing2} have in common?", "Which came first, {work} or {work2}?", "Where would you most likely find {thing}?\nChoices:\nA) a kitchen\nB) a forest\nC) an office",
    "If all {thing}s are animals and some animals sleep, do all {thing}s sleep?", "All {c}es are {d}es. Every {d}e is a {e}. Is a {c} a {e}?", "Which continent is {place} on?",
    "What happens to water when it freezes?", "Which vitamin do people get from sunlight?", "Did {person} live before {person2}?", "Could {person} have met {person2}?", "What is {person} famous for?",
    "Which gas do plants take in?", "Why do leaves change colour in autumn?", "What do you use to open {object}?", "Is a {object} heavier than a {object2}?", "What is the opposite of {adjective}?",
    "Which country has the most people?", "Who was the first person on the Moon?", "Does {thing} lay eggs?", "Which is the odd one out: {thing}, {thing2}, {object}?", "Yes or no: would {person} use a {object}?",
    "{who} is the sister of {who2}, and {who2} is the mother of {who3}. How is {who} related to {who3}?", "What season follows {season}?", "Which river flows through {place}?",
]
EXPERT = [
    "A patient presents with {sign} and {sign2}. What is the most likely diagnosis?", "Which drug is first-line for {disease}?", "What does {abbr} stand for in {area}?", "What is the mechanism of action of {drug}?",
    "A {age}-year-old patient with {disease} takes {drug}. Is there a contraindication?", "What does {abbr} measure?", "ECG shows {sign}. What is the next step in management?", "Which enzyme does {drug} inhibit?",
    "Explain why {protocol} uses a handshake.", "Which layer of the OSI model does {protocol} belong to?", "What is the time complexity of {algorithm}?", "A server returns HTTP {code}. What does it indicate?",
    "How does {algorithm} differ from {algorithm2} in the worst case?", "The pod is in CrashLoopBackOff with exit code {code}. What is the likely cause?", "What is the role of {molecule} in {process}?",
    "Describe the pathway of {process} and its rate-limiting enzyme.", "A company reports rising {abbr} but falling cash flow. What does it imply for its valuation?", "Under {law}, who is liable for the breach?",
    "What is the pharmacological treatment of {disease} with {sign}?", "Which isotope is used in {test}?", "What does a high {lab} with a low {lab2} indicate?", "Interpret: {lab} 1.8, {lab2} 142, {sign}.",
    "A transformer hums and its winding temperature rises. Which protection relay trips?", "What failure mode does a rising bearing vibration with harmonics of the shaft speed suggest?",
    "Context: {molecule} regulates {process} through {molecule2}. Question: what is the effect of {drug} on {process}?", "Which clause of {law} covers consequential damages?", "What is the differential diagnosis of {sign}?",
    "Given {lab} and {lab2} results, classify the acid-base disorder.", "Which instruction of the ISA stalls the pipeline, and why does {abbr} drop?", "What is the reagent that turns {molecule} into {molecule2}?",
]
WORDS = {
    "place": "France Japan Brazil Kenya Seoul Canada Norway Egypt Peru India Vienna Paris Cairo Spain Chile Poland Rome Turkey".split(), "who": "Anna James Leila Omar Weng Sofia Tim Ken Natalia Betty Mark Julie".split(),
    "work": ["Hamlet", "the Mona Lisa", "Faust", "War and Peace", "Guernica", "Don Quixote", "the Odyssey", "The Night Watch"], "thing": ["whale", "penguin", "bat", "spider", "horse", "shark", "frog", "owl", "snake", "tiger"],
    "rank": ["first", "third", "fifth", "last", "second", "fourth"], "person": ["Newton", "Cleopatra", "Mozart", "Einstein", "Plato", "Napoleon", "Marie Curie", "Shakespeare"], "season": ["spring", "summer", "autumn", "winter"],
    "object": ["bottle", "hammer", "letter", "piano", "door", "tin", "car", "book"], "adjective": ["hot", "early", "brave", "empty", "rare"], "c": ["wug", "blicket", "zorp", "dax"], "d": ["mip", "lorp", "toma"], "e": ["fep", "quab", "plim"],
    "sign": ["chest pain", "ST elevation", "jaundice", "haematuria", "dyspnoea", "bradycardia", "fever and neck stiffness", "peripheral oedema"], "disease": ["hypertension", "STEMI", "COPD", "type 2 diabetes", "atrial fibrillation", "sepsis", "CKD", "asthma"],
    "drug": ["aspirin", "metformin", "warfarin", "omeprazole", "digoxin", "lisinopril", "MONA therapy"], "abbr": ["EBITDA", "GFR", "TCP", "MRI", "SNR", "IPC", "RPM", "ROI", "LVEF", "API"], "area": ["medicine", "finance", "networking", "signal processing"],
    "protocol": ["TCP", "TLS", "BGP", "DNS", "UDP", "QUIC"], "algorithm": ["quicksort", "Dijkstra's algorithm", "a B-tree lookup", "heapsort", "the FFT"], "molecule": ["insulin", "mTOR", "ATP", "p53", "haemoglobin", "NADH", "benzene"],
    "process": ["glycolysis", "apoptosis", "the Krebs cycle", "DNA repair", "oxidative phosphorylation"], "law": ["GDPR", "the UCC", "the Sarbanes-Oxley Act", "common law"], "test": ["a PET scan", "a thyroid scan", "a bone scan"],
    "lab": ["creatinine", "serum sodium", "TSH", "pH", "bicarbonate", "troponin", "haematocrit"],
}


def question(label: int, rng: random.Random, split: str = "train") -> str:
    """A question of class 0 (symbols), 1 (chains) or 2 (experts); valid and test use forms that train never does."""
    forms = (SYMBOLS, CHAINS, EXPERT)[label]
    forms = [f for i, f in enumerate(forms) if ("train", "train", "train", "valid", "test")[i % 5] == split]
    fill = {"n": rng.randint(2, 900), "m": rng.randint(2, 40), "k": rng.randint(2, 90), "age": rng.randint(18, 90), "code": rng.choice((137, 404, 500, 502, 139))}
    for name, words in WORDS.items():
        some = rng.sample(words, min(3, len(words)))
        fill |= {f"{name}{i if i > 1 else ''}": word for i, word in enumerate(some, 1)}
    return rng.choice(forms).format(**fill)
