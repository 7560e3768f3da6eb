"""Write a model folder's image tower as the ONNX file that rclip indexes with (needs onnx and onnxscript).

usage: rclip_model.py MODEL_FOLDER RCLIP_DATADIR

rclip 3 knows one architecture, ViT-B-32-256, in float32. Indexing needs the image tower alone: in the place of the text
tower and of the vocabulary, which rclip would download, there are empty files.
"""

import sys
import warnings
from pathlib import Path

_FOLDER = "ViT-B-32-256-datacomp_s34b_b86k"
_PIXELS = 256


def write_rclip_model(model: Path, datadir: Path) -> None:
    """Write what rclip looks for into its data folder."""
    import open_clip
    import torch

    network, _ = open_clip.create_model_from_pretrained(f"local-dir:{model}")
    tower = network.visual.eval()
    (datadir / _FOLDER).mkdir(parents=True, exist_ok=True)
    (datadir / "tokenizer").mkdir(exist_ok=True)
    torch.backends.mha.set_fastpath_enabled(False)  # its operator is not ONNX's
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                tower,
                (torch.zeros(2, 3, _PIXELS, _PIXELS),),
                str(datadir / _FOLDER / "visual.onnx"),
                input_names=["input"],
                output_names=["output"],
                dynamic_axes={"input": {0: "batch"}, "output": {0: "batch"}},
                dynamo=False,
            )
    finally:
        torch.backends.mha.set_fastpath_enabled(True)
    (datadir / _FOLDER / "textual.onnx").touch()
    (datadir / "tokenizer" / "bpe_simple_vocab_16e6.txt.gz").touch()


if __name__ == "__main__":
    write_rclip_model(Path(sys.argv[1]), Path(sys.argv[2]))
