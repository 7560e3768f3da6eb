"""Tiny open_clip configurations, one for every kind of tower."""

TEXT = {"context_length": 77, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 2}
VIT = {"image_size": 32, "layers": 2, "width": 64, "patch_size": 16, "head_width": 32}
RESNET = {"image_size": 64, "layers": [1, 1, 1, 1], "width": 8, "head_width": 32}
TIMM = {
    "image_size": 160,
    "timm_model_name": "test_vit",
    "timm_model_pretrained": False,
    "timm_pool": "",
    "timm_proj": "linear",
}
MOBILE = {"image_size": 64, "timm_model_name": "fastvit_mci0", "timm_pool": "avg", "timm_proj": None}
BIDIRECTIONAL = TEXT | {"no_causal_mask": True, "proj_bias": True, "pool_type": "last"}

CONFIGS = {
    "vit": {"embed_dim": 48, "vision_cfg": VIT, "text_cfg": TEXT},
    "quick-gelu": {"embed_dim": 48, "quick_gelu": True, "vision_cfg": VIT, "text_cfg": TEXT},
    "resnet": {"embed_dim": 48, "vision_cfg": RESNET, "text_cfg": TEXT},
    "timm": {
        "embed_dim": 48,
        "custom_text": True,
        "init_logit_bias": -10,
        "vision_cfg": TIMM,
        "text_cfg": BIDIRECTIONAL,
    },
    "mobile": {"embed_dim": 48, "custom_text": True, "vision_cfg": MOBILE, "text_cfg": TEXT},
}
