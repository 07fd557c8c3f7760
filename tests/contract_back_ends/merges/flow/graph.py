class Graph:
    def invoke(self, data, config=None, **kwargs):
        return data


graph = Graph()
