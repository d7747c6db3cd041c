"""Turn the published all-MiniLM-L6-v2 weights into GGUF, so that llama.cpp can embed without torch."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
from safetensors.numpy import load_file

# From the model's published config.json.
BLOCKS, CONTEXT, WIDTH, FEED_FORWARD, HEADS, EPSILON = 6, 512, 384, 1536, 12, 1e-12
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def convert(weights: Path, vocabulary: Path, out: Path) -> None:
    """Write `out` (GGUF; matrices as float16) from the safetensors and the word-piece list."""
    partial = out.with_suffix(".partial")
    writer = gguf.GGUFWriter(partial, "bert")
    writer.add_name("all-MiniLM-L6-v2")
    writer.add_block_count(BLOCKS)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_layer_norm_eps(EPSILON)
    writer.add_causal_attention(False)
    writer.add_pooling_type(gguf.PoolingType.MEAN)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    _add_tokens(writer, vocabulary.read_text(encoding="utf-8").splitlines())
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.BERT, BLOCKS)
    for key, value in load_file(weights).items():
        if key.startswith("pooler") or "position_ids" in key:
            continue
        name = names.get_name("bert." + key, try_suffixes=(".weight", ".bias")) or names.get_name(
            key, try_suffixes=(".weight", ".bias")
        )
        if name is None:
            raise ValueError(f"no GGUF name for {key}")
        half = value.ndim == 2 and not any(part in name for part in ("norm", "token_types", "position"))
        writer.add_tensor(name, value.astype(np.float16 if half else np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    partial.replace(out)


def _add_tokens(writer: gguf.GGUFWriter, tokens: list[str]) -> None:
    # llama.cpp's word-piece tokenizer marks word starts instead of continuations.
    def marked(token: str) -> str:
        if token.startswith("[") and token.endswith("]"):
            return token
        return token[2:] if token.startswith("##") else "\u2581" + token

    writer.add_tokenizer_model("bert")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([marked(token).encode() for token in tokens])
    writer.add_token_types([gguf.TokenType.CONTROL if t in SPECIAL else gguf.TokenType.NORMAL for t in tokens])
    writer.add_token_type_count(2)
    writer.add_bos_token_id(tokens.index("[CLS]"))
    writer.add_sep_token_id(tokens.index("[SEP]"))
    writer.add_eos_token_id(tokens.index("[SEP]"))
    writer.add_unk_token_id(tokens.index("[UNK]"))
    writer.add_pad_token_id(tokens.index("[PAD]"))
    writer.add_mask_token_id(tokens.index("[MASK]"))
