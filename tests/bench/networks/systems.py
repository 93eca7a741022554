"""From a row of systems.json to a filled network and its inputs."""
from depth_anything import DepthAnything
from dinov2 import DinoControlNet
from filling import fill, filled_input
from raft import RaftDu
from rga import RgaAdainUNet
from scale_adjustment import ScaleAdjustment
from sgnet import Sgnet
from umit import UmIt
from zoedepth import ZoeDepth

ARCHITECTURES = {
    "depth_anything_v2": DepthAnything, "dinov2_controlnet": DinoControlNet, "raft_du": RaftDu,
    "rga_adain_unet": RgaAdainUNet, "scale_adjustment": ScaleAdjustment, "sgnet": Sgnet,
    "umit": UmIt, "zoedepth": ZoeDepth,
}


def find(table, name):
    for system in table:
        if system["id"] == name:
            return system
    raise SystemExit(f"networks: no system {name}; known: {', '.join(s['id'] for s in table)}")


def shape_of(entry, shrink):
    """Sides divided by `shrink`, then up to the next multiple that the network takes."""
    step = entry["multiple"] * shrink
    sides = [entry["multiple"] * -(-side // step) for side in entry["size"]]
    return (1, entry["channels"], *(sides if shrink > 1 else entry["size"]))


def build(system, shrink):
    """The network on the CPU in float32, its inputs by name, the name of the output."""
    model = fill(ARCHITECTURES[system["architecture"]](**system["settings"]), system["added"])
    inputs = {name: filled_input(name, shape_of(entry, shrink), *entry["range"])
              for name, entry in system["inputs"].items()}
    return model, inputs, system["output"]
